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
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomConfiguration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.openapitools.jackson.nullable.JsonNullable;
import java.util.NoSuchElementException;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What is left out has the server&#39;s default.
 */
@JsonPropertyOrder({
  RoomCreate.JSON_PROPERTY_ACCESS_LEVEL,
  RoomCreate.JSON_PROPERTY_CONFIGURATION,
  RoomCreate.JSON_PROPERTY_ATTENDEES,
  RoomCreate.JSON_PROPERTY_EXPIRES_AT
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class RoomCreate {
  public static final String JSON_PROPERTY_ACCESS_LEVEL = "access_level";
  
  private @Nullable RoomAccessLevel accessLevel;

  public static final String JSON_PROPERTY_CONFIGURATION = "configuration";
  
  private @Nullable RoomConfiguration configuration;

  public static final String JSON_PROPERTY_ATTENDEES = "attendees";
  
  private @Nullable List<String> attendees;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private JsonNullable<OffsetDateTime> expiresAt = JsonNullable.<OffsetDateTime>undefined();

  public RoomCreate() { 
  }

  public RoomCreate accessLevel(@Nullable RoomAccessLevel accessLevel) {
    this.accessLevel = accessLevel;
    return this;
  }

  /**
   * Get accessLevel
   * @return accessLevel
   */
  
  @JsonProperty(value = JSON_PROPERTY_ACCESS_LEVEL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable RoomAccessLevel getAccessLevel() {
    return accessLevel;
  }


  @JsonProperty(value = JSON_PROPERTY_ACCESS_LEVEL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setAccessLevel(@Nullable RoomAccessLevel accessLevel) {
    this.accessLevel = accessLevel;
  }


  public RoomCreate configuration(@Nullable RoomConfiguration configuration) {
    this.configuration = configuration;
    return this;
  }

  /**
   * Get configuration
   * @return configuration
   */
  
  @JsonProperty(value = JSON_PROPERTY_CONFIGURATION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable RoomConfiguration getConfiguration() {
    return configuration;
  }


  @JsonProperty(value = JSON_PROPERTY_CONFIGURATION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setConfiguration(@Nullable RoomConfiguration configuration) {
    this.configuration = configuration;
  }


  public RoomCreate attendees(@Nullable List<String> attendees) {
    this.attendees = attendees;
    return this;
  }

  public RoomCreate addAttendeesItem(String attendeesItem) {
    if (this.attendees == null) {
      this.attendees = new ArrayList<>();
    }
    this.attendees.add(attendeesItem);
    return this;
  }

  /**
   * E-mail addresses of users who are to be members of the room, and so need not wait to be let in. In an update they replace its members; administrators and owners stay. Where nobody has an address, the user is created or left out, as the operator has set it; the answer says which. 
   * @return attendees
   */
  
  @JsonProperty(value = JSON_PROPERTY_ATTENDEES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable List<String> getAttendees() {
    return attendees;
  }


  @JsonProperty(value = JSON_PROPERTY_ATTENDEES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setAttendees(@Nullable List<String> attendees) {
    this.attendees = attendees;
  }


  public RoomCreate expiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = JsonNullable.<OffsetDateTime>of(expiresAt);
    return this;
  }

  /**
   * When the room is deleted (RFC 3339), at most a year from now. Null and absent mean never.
   * @return expiresAt
   */
  
  @JsonIgnore
  public @Nullable OffsetDateTime getExpiresAt() {
        return expiresAt.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<OffsetDateTime> getExpiresAt_JsonNullable() {
    return expiresAt;
  }
  
  @JsonProperty(JSON_PROPERTY_EXPIRES_AT)
  public void setExpiresAt_JsonNullable(JsonNullable<OffsetDateTime> expiresAt) {
    this.expiresAt = expiresAt;
  }

  public void setExpiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = JsonNullable.<OffsetDateTime>of(expiresAt);
  }


  /**
   * Return true if this RoomCreate object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RoomCreate roomCreate = (RoomCreate) o;
    return Objects.equals(this.accessLevel, roomCreate.accessLevel) &&
        Objects.equals(this.configuration, roomCreate.configuration) &&
        Objects.equals(this.attendees, roomCreate.attendees) &&
        equalsNullable(this.expiresAt, roomCreate.expiresAt);
  }

  private static <T> boolean equalsNullable(JsonNullable<T> a, JsonNullable<T> b) {
    return a == b || (a != null && b != null && a.isPresent() && b.isPresent() && Objects.deepEquals(a.get(), b.get()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(accessLevel, configuration, attendees, hashCodeNullable(expiresAt));
  }

  private static <T> int hashCodeNullable(JsonNullable<T> a) {
    if (a == null) {
      return 1;
    }
    return a.isPresent() ? Arrays.deepHashCode(new Object[]{a.get()}) : 31;
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RoomCreate {\n");
    sb.append("    accessLevel: ").append(toIndentedString(accessLevel)).append("\n");
    sb.append("    configuration: ").append(toIndentedString(configuration)).append("\n");
    sb.append("    attendees: ").append(toIndentedString(attendees)).append("\n");
    sb.append("    expiresAt: ").append(toIndentedString(expiresAt)).append("\n");
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

