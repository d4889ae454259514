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
 * TokenResponse
 */
@JsonPropertyOrder({
  TokenResponse.JSON_PROPERTY_ACCESS_TOKEN,
  TokenResponse.JSON_PROPERTY_TOKEN_TYPE,
  TokenResponse.JSON_PROPERTY_EXPIRES_IN,
  TokenResponse.JSON_PROPERTY_SCOPE
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class TokenResponse {
  public static final String JSON_PROPERTY_ACCESS_TOKEN = "access_token";
  
  private String accessToken;

  public static final String JSON_PROPERTY_TOKEN_TYPE = "token_type";
  
  private String tokenType;

  public static final String JSON_PROPERTY_EXPIRES_IN = "expires_in";
  
  private Long expiresIn;

  public static final String JSON_PROPERTY_SCOPE = "scope";
  
  private @Nullable String scope;

  public TokenResponse() { 
  }

  public TokenResponse accessToken(String accessToken) {
    this.accessToken = accessToken;
    return this;
  }

  /**
   * A JWT (RFC 7519). Treat it as opaque.
   * @return accessToken
   */
  
  @JsonProperty(value = JSON_PROPERTY_ACCESS_TOKEN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getAccessToken() {
    return accessToken;
  }


  @JsonProperty(value = JSON_PROPERTY_ACCESS_TOKEN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setAccessToken(String accessToken) {
    this.accessToken = accessToken;
  }


  public TokenResponse tokenType(String tokenType) {
    this.tokenType = tokenType;
    return this;
  }

  /**
   * Get tokenType
   * @return tokenType
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOKEN_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getTokenType() {
    return tokenType;
  }


  @JsonProperty(value = JSON_PROPERTY_TOKEN_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTokenType(String tokenType) {
    this.tokenType = tokenType;
  }


  public TokenResponse expiresIn(Long expiresIn) {
    this.expiresIn = expiresIn;
    return this;
  }

  /**
   * Seconds that the token lives.
   * @return expiresIn
   */
  
  @JsonProperty(value = JSON_PROPERTY_EXPIRES_IN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getExpiresIn() {
    return expiresIn;
  }


  @JsonProperty(value = JSON_PROPERTY_EXPIRES_IN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setExpiresIn(Long expiresIn) {
    this.expiresIn = expiresIn;
  }


  public TokenResponse scope(@Nullable String scope) {
    this.scope = scope;
    return this;
  }

  /**
   * The permission scopes of the token, separated by spaces, in the order in which the application holds them. Absent when there are none. 
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


  /**
   * Return true if this TokenResponse object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    TokenResponse tokenResponse = (TokenResponse) o;
    return Objects.equals(this.accessToken, tokenResponse.accessToken) &&
        Objects.equals(this.tokenType, tokenResponse.tokenType) &&
        Objects.equals(this.expiresIn, tokenResponse.expiresIn) &&
        Objects.equals(this.scope, tokenResponse.scope);
  }

  @Override
  public int hashCode() {
    return Objects.hash(accessToken, tokenType, expiresIn, scope);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class TokenResponse {\n");
    sb.append("    accessToken: ").append("*").append("\n");
    sb.append("    tokenType: ").append(toIndentedString(tokenType)).append("\n");
    sb.append("    expiresIn: ").append(toIndentedString(expiresIn)).append("\n");
    sb.append("    scope: ").append(toIndentedString(scope)).append("\n");
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

