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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What RFC 7662, section 2.2 names. All but &#x60;active&#x60; is absent for a token that is not.
 */
@JsonPropertyOrder({
  Introspection.JSON_PROPERTY_ACTIVE,
  Introspection.JSON_PROPERTY_CLIENT_ID,
  Introspection.JSON_PROPERTY_SUB,
  Introspection.JSON_PROPERTY_USER_ID,
  Introspection.JSON_PROPERTY_SCOPE,
  Introspection.JSON_PROPERTY_TOKEN_TYPE,
  Introspection.JSON_PROPERTY_ISS,
  Introspection.JSON_PROPERTY_AUD,
  Introspection.JSON_PROPERTY_JTI,
  Introspection.JSON_PROPERTY_IAT,
  Introspection.JSON_PROPERTY_EXP
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class Introspection {
  public static final String JSON_PROPERTY_ACTIVE = "active";
  
  private Boolean active;

  public static final String JSON_PROPERTY_CLIENT_ID = "client_id";
  
  private @Nullable String clientId;

  public static final String JSON_PROPERTY_SUB = "sub";
  
  private @Nullable String sub;

  public static final String JSON_PROPERTY_USER_ID = "user_id";
  
  private @Nullable String userId;

  public static final String JSON_PROPERTY_SCOPE = "scope";
  
  private @Nullable String scope;

  public static final String JSON_PROPERTY_TOKEN_TYPE = "token_type";
  
  private @Nullable String tokenType;

  public static final String JSON_PROPERTY_ISS = "iss";
  
  private @Nullable String iss;

  public static final String JSON_PROPERTY_AUD = "aud";
  
  private @Nullable String aud;

  public static final String JSON_PROPERTY_JTI = "jti";
  
  private @Nullable String jti;

  public static final String JSON_PROPERTY_IAT = "iat";
  
  private @Nullable Long iat;

  public static final String JSON_PROPERTY_EXP = "exp";
  
  private @Nullable Long exp;

  public Introspection() { 
  }

  public Introspection active(Boolean active) {
    this.active = active;
    return this;
  }

  /**
   * Whether requests with the token are let in.
   * @return active
   */
  
  @JsonProperty(value = JSON_PROPERTY_ACTIVE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getActive() {
    return active;
  }


  @JsonProperty(value = JSON_PROPERTY_ACTIVE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setActive(Boolean active) {
    this.active = active;
  }


  public Introspection clientId(@Nullable String clientId) {
    this.clientId = clientId;
    return this;
  }

  /**
   * Get clientId
   * @return clientId
   */
  
  @JsonProperty(value = JSON_PROPERTY_CLIENT_ID, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getClientId() {
    return clientId;
  }


  @JsonProperty(value = JSON_PROPERTY_CLIENT_ID, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setClientId(@Nullable String clientId) {
    this.clientId = clientId;
  }


  public Introspection sub(@Nullable String sub) {
    this.sub = sub;
    return this;
  }

  /**
   * The UUID of the user that the token acts for.
   * @return sub
   */
  
  @JsonProperty(value = JSON_PROPERTY_SUB, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getSub() {
    return sub;
  }


  @JsonProperty(value = JSON_PROPERTY_SUB, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setSub(@Nullable String sub) {
    this.sub = sub;
  }


  public Introspection userId(@Nullable String userId) {
    this.userId = userId;
    return this;
  }

  /**
   * The same as &#x60;sub&#x60;, as in the token.
   * @return userId
   */
  
  @JsonProperty(value = JSON_PROPERTY_USER_ID, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getUserId() {
    return userId;
  }


  @JsonProperty(value = JSON_PROPERTY_USER_ID, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setUserId(@Nullable String userId) {
    this.userId = userId;
  }


  public Introspection scope(@Nullable String scope) {
    this.scope = scope;
    return this;
  }

  /**
   * The permission scopes, separated by spaces. Absent when there are none.
   * @return scope
   */
  
  @JsonProperty(value = JSON_PROPERTY_SCOPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getScope() {
    return scope;
  }


  @JsonProperty(value = JSON_PROPERTY_SCOPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setScope(@Nullable String scope) {
    this.scope = scope;
  }


  public Introspection tokenType(@Nullable String tokenType) {
    this.tokenType = tokenType;
    return this;
  }

  /**
   * Get tokenType
   * @return tokenType
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOKEN_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getTokenType() {
    return tokenType;
  }


  @JsonProperty(value = JSON_PROPERTY_TOKEN_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setTokenType(@Nullable String tokenType) {
    this.tokenType = tokenType;
  }


  public Introspection iss(@Nullable String iss) {
    this.iss = iss;
    return this;
  }

  /**
   * Get iss
   * @return iss
   */
  
  @JsonProperty(value = JSON_PROPERTY_ISS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getIss() {
    return iss;
  }


  @JsonProperty(value = JSON_PROPERTY_ISS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setIss(@Nullable String iss) {
    this.iss = iss;
  }


  public Introspection aud(@Nullable String aud) {
    this.aud = aud;
    return this;
  }

  /**
   * Absent where the operator set no audience.
   * @return aud
   */
  
  @JsonProperty(value = JSON_PROPERTY_AUD, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getAud() {
    return aud;
  }


  @JsonProperty(value = JSON_PROPERTY_AUD, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setAud(@Nullable String aud) {
    this.aud = aud;
  }


  public Introspection jti(@Nullable String jti) {
    this.jti = jti;
    return this;
  }

  /**
   * Absent for a token that Meet issued.
   * @return jti
   */
  
  @JsonProperty(value = JSON_PROPERTY_JTI, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getJti() {
    return jti;
  }


  @JsonProperty(value = JSON_PROPERTY_JTI, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setJti(@Nullable String jti) {
    this.jti = jti;
  }


  public Introspection iat(@Nullable Long iat) {
    this.iat = iat;
    return this;
  }

  /**
   * When it was issued, in seconds since the epoch.
   * @return iat
   */
  
  @JsonProperty(value = JSON_PROPERTY_IAT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Long getIat() {
    return iat;
  }


  @JsonProperty(value = JSON_PROPERTY_IAT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setIat(@Nullable Long iat) {
    this.iat = iat;
  }


  public Introspection exp(@Nullable Long exp) {
    this.exp = exp;
    return this;
  }

  /**
   * When it expires, in seconds since the epoch.
   * @return exp
   */
  
  @JsonProperty(value = JSON_PROPERTY_EXP, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Long getExp() {
    return exp;
  }


  @JsonProperty(value = JSON_PROPERTY_EXP, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setExp(@Nullable Long exp) {
    this.exp = exp;
  }


  /**
   * Return true if this Introspection object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Introspection introspection = (Introspection) o;
    return Objects.equals(this.active, introspection.active) &&
        Objects.equals(this.clientId, introspection.clientId) &&
        Objects.equals(this.sub, introspection.sub) &&
        Objects.equals(this.userId, introspection.userId) &&
        Objects.equals(this.scope, introspection.scope) &&
        Objects.equals(this.tokenType, introspection.tokenType) &&
        Objects.equals(this.iss, introspection.iss) &&
        Objects.equals(this.aud, introspection.aud) &&
        Objects.equals(this.jti, introspection.jti) &&
        Objects.equals(this.iat, introspection.iat) &&
        Objects.equals(this.exp, introspection.exp);
  }

  @Override
  public int hashCode() {
    return Objects.hash(active, clientId, sub, userId, scope, tokenType, iss, aud, jti, iat, exp);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Introspection {\n");
    sb.append("    active: ").append(toIndentedString(active)).append("\n");
    sb.append("    clientId: ").append(toIndentedString(clientId)).append("\n");
    sb.append("    sub: ").append(toIndentedString(sub)).append("\n");
    sb.append("    userId: ").append(toIndentedString(userId)).append("\n");
    sb.append("    scope: ").append(toIndentedString(scope)).append("\n");
    sb.append("    tokenType: ").append(toIndentedString(tokenType)).append("\n");
    sb.append("    iss: ").append(toIndentedString(iss)).append("\n");
    sb.append("    aud: ").append(toIndentedString(aud)).append("\n");
    sb.append("    jti: ").append(toIndentedString(jti)).append("\n");
    sb.append("    iat: ").append(toIndentedString(iat)).append("\n");
    sb.append("    exp: ").append(toIndentedString(exp)).append("\n");
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

