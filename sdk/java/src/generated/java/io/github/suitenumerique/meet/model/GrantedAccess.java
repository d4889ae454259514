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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * GrantedAccess
 */
@JsonPropertyOrder({
  GrantedAccess.JSON_PROPERTY_EMAIL,
  GrantedAccess.JSON_PROPERTY_ROLE,
  GrantedAccess.JSON_PROPERTY_CREATED,
  GrantedAccess.JSON_PROPERTY_PROVISIONAL_USER_CREATED,
  GrantedAccess.JSON_PROPERTY_DETAIL
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class GrantedAccess {
  public static final String JSON_PROPERTY_EMAIL = "email";
  
  private String email;

  public static final String JSON_PROPERTY_ROLE = "role";
  
  private RoomRole role;

  public static final String JSON_PROPERTY_CREATED = "created";
  
  private Boolean created;

  public static final String JSON_PROPERTY_PROVISIONAL_USER_CREATED = "provisional_user_created";
  
  private Boolean provisionalUserCreated;

  public static final String JSON_PROPERTY_DETAIL = "detail";
  
  private @Nullable String detail;

  public GrantedAccess() { 
  }

  public GrantedAccess email(String email) {
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


  public GrantedAccess role(RoomRole role) {
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


  public GrantedAccess created(Boolean created) {
    this.created = created;
    return this;
  }

  /**
   * Whether the user had no role before.
   * @return created
   */
  
  @JsonProperty(value = JSON_PROPERTY_CREATED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getCreated() {
    return created;
  }


  @JsonProperty(value = JSON_PROPERTY_CREATED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCreated(Boolean created) {
    this.created = created;
  }


  public GrantedAccess provisionalUserCreated(Boolean provisionalUserCreated) {
    this.provisionalUserCreated = provisionalUserCreated;
    return this;
  }

  /**
   * Whether the user was created for this.
   * @return provisionalUserCreated
   */
  
  @JsonProperty(value = JSON_PROPERTY_PROVISIONAL_USER_CREATED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getProvisionalUserCreated() {
    return provisionalUserCreated;
  }


  @JsonProperty(value = JSON_PROPERTY_PROVISIONAL_USER_CREATED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setProvisionalUserCreated(Boolean provisionalUserCreated) {
    this.provisionalUserCreated = provisionalUserCreated;
  }


  public GrantedAccess detail(@Nullable String detail) {
    this.detail = detail;
    return this;
  }

  /**
   * Why the role is not the one that was asked for.
   * @return detail
   */
  
  @JsonProperty(value = JSON_PROPERTY_DETAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getDetail() {
    return detail;
  }


  @JsonProperty(value = JSON_PROPERTY_DETAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setDetail(@Nullable String detail) {
    this.detail = detail;
  }


  /**
   * Return true if this GrantedAccess object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    GrantedAccess grantedAccess = (GrantedAccess) o;
    return Objects.equals(this.email, grantedAccess.email) &&
        Objects.equals(this.role, grantedAccess.role) &&
        Objects.equals(this.created, grantedAccess.created) &&
        Objects.equals(this.provisionalUserCreated, grantedAccess.provisionalUserCreated) &&
        Objects.equals(this.detail, grantedAccess.detail);
  }

  @Override
  public int hashCode() {
    return Objects.hash(email, role, created, provisionalUserCreated, detail);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class GrantedAccess {\n");
    sb.append("    email: ").append(toIndentedString(email)).append("\n");
    sb.append("    role: ").append(toIndentedString(role)).append("\n");
    sb.append("    created: ").append(toIndentedString(created)).append("\n");
    sb.append("    provisionalUserCreated: ").append(toIndentedString(provisionalUserCreated)).append("\n");
    sb.append("    detail: ").append(toIndentedString(detail)).append("\n");
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

