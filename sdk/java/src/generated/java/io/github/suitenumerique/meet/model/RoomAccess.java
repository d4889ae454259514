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
import io.github.suitenumerique.meet.model.RoomRole;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * RoomAccess
 */
@JsonPropertyOrder({
  RoomAccess.JSON_PROPERTY_ID,
  RoomAccess.JSON_PROPERTY_EMAIL,
  RoomAccess.JSON_PROPERTY_FULL_NAME,
  RoomAccess.JSON_PROPERTY_ROLE,
  RoomAccess.JSON_PROPERTY_CREATED_AT
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class RoomAccess {
  public static final String JSON_PROPERTY_ID = "id";
  
  private UUID id;

  public static final String JSON_PROPERTY_EMAIL = "email";
  
  private @Nullable String email;

  public static final String JSON_PROPERTY_FULL_NAME = "full_name";
  
  private @Nullable String fullName;

  public static final String JSON_PROPERTY_ROLE = "role";
  
  private RoomRole role;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  
  private OffsetDateTime createdAt;

  public RoomAccess() { 
  }

  public RoomAccess id(UUID id) {
    this.id = id;
    return this;
  }

  /**
   * Get id
   * @return id
   */
  
  @JsonProperty(value = JSON_PROPERTY_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public UUID getId() {
    return id;
  }


  @JsonProperty(value = JSON_PROPERTY_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setId(UUID id) {
    this.id = id;
  }


  public RoomAccess email(@Nullable String email) {
    this.email = email;
    return this;
  }

  /**
   * Null for a user without one, and for those who are members of the room only.
   * @return email
   */
  
  @JsonProperty(value = JSON_PROPERTY_EMAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable String getEmail() {
    return email;
  }


  @JsonProperty(value = JSON_PROPERTY_EMAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEmail(@Nullable String email) {
    this.email = email;
  }


  public RoomAccess fullName(@Nullable String fullName) {
    this.fullName = fullName;
    return this;
  }

  /**
   * Null for a user who has not signed in yet.
   * @return fullName
   */
  
  @JsonProperty(value = JSON_PROPERTY_FULL_NAME, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable String getFullName() {
    return fullName;
  }


  @JsonProperty(value = JSON_PROPERTY_FULL_NAME, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setFullName(@Nullable String fullName) {
    this.fullName = fullName;
  }


  public RoomAccess role(RoomRole role) {
    this.role = role;
    return this;
  }

  /**
   * Get role
   * @return role
   */
  
  @JsonProperty(value = JSON_PROPERTY_ROLE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public RoomRole getRole() {
    return role;
  }


  @JsonProperty(value = JSON_PROPERTY_ROLE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setRole(RoomRole role) {
    this.role = role;
  }


  public RoomAccess createdAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the user got a role in the room (RFC 3339, in UTC).
   * @return createdAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getCreatedAt() {
    return createdAt;
  }


  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCreatedAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
  }


  /**
   * Return true if this RoomAccess object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RoomAccess roomAccess = (RoomAccess) o;
    return Objects.equals(this.id, roomAccess.id) &&
        Objects.equals(this.email, roomAccess.email) &&
        Objects.equals(this.fullName, roomAccess.fullName) &&
        Objects.equals(this.role, roomAccess.role) &&
        Objects.equals(this.createdAt, roomAccess.createdAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, email, fullName, role, createdAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RoomAccess {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    email: ").append(toIndentedString(email)).append("\n");
    sb.append("    fullName: ").append(toIndentedString(fullName)).append("\n");
    sb.append("    role: ").append(toIndentedString(role)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
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

