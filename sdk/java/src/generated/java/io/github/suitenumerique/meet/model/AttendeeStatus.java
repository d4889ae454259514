// Made from openapi.yaml by openapi-generator (see generate); not to be edited.


package io.github.suitenumerique.meet.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * &#x60;member&#x60;: the user has a role in the room; &#x60;invited&#x60;: so has a user who was created for this and has not signed in yet; &#x60;unknown&#x60;: nobody who could be given one has the address. 
 */
public enum AttendeeStatus {
  
  MEMBER("member"),
  
  INVITED("invited"),
  
  UNKNOWN("unknown"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  AttendeeStatus(String value) {
    this.value = value;
  }

  @JsonValue
  public String getValue() {
    return value;
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }

  @JsonCreator
  public static AttendeeStatus fromValue(String value) {
    for (AttendeeStatus b : AttendeeStatus.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

