// Made from openapi.yaml by openapi-generator (see generate); not to be edited.


package io.github.suitenumerique.meet.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.suitenumerique.meet.model.AttendeeStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * Attendee
 */
@JsonPropertyOrder({
  Attendee.JSON_PROPERTY_EMAIL,
  Attendee.JSON_PROPERTY_STATUS
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class Attendee {
  public static final String JSON_PROPERTY_EMAIL = "email";
  
  private String email;

  public static final String JSON_PROPERTY_STATUS = "status";
  
  private AttendeeStatus status;

  public Attendee() { 
  }

  public Attendee email(String email) {
    this.email = email;
    return this;
  }

  /**
   * As it was sent, without white space around it.
   * @return email
   */
  
  @JsonProperty(value = JSON_PROPERTY_EMAIL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getEmail() {
    return email;
  }


  @JsonProperty(value = JSON_PROPERTY_EMAIL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEmail(String email) {
    this.email = email;
  }


  public Attendee status(AttendeeStatus status) {
    this.status = status;
    return this;
  }

  /**
   * Get status
   * @return status
   */
  
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public AttendeeStatus getStatus() {
    return status;
  }


  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(AttendeeStatus status) {
    this.status = status;
  }


  /**
   * Return true if this Attendee object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Attendee attendee = (Attendee) o;
    return Objects.equals(this.email, attendee.email) &&
        Objects.equals(this.status, attendee.status);
  }

  @Override
  public int hashCode() {
    return Objects.hash(email, status);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Attendee {\n");
    sb.append("    email: ").append(toIndentedString(email)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("}");
    return sb.toString();
  }

  /**
   * Convert the given object to string with each line indented by 4 spaces
   * (except the first line).
   */
  private String toIndentedString(Object o) {
    return o == null ? "null" : o.toString().replace("\n", "\n    ");
  }
}

