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
 * Who may enter: &#x60;public&#x60;, anybody with the link; &#x60;trusted&#x60;, anybody who is signed in, others wait to be let in; &#x60;restricted&#x60;, those with a role in the room, others wait to be let in. 
 */
public enum RoomAccessLevel {
  
  PUBLIC("public"),
  
  TRUSTED("trusted"),
  
  RESTRICTED("restricted"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  RoomAccessLevel(String value) {
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
  public static RoomAccessLevel fromValue(String value) {
    for (RoomAccessLevel b : RoomAccessLevel.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

