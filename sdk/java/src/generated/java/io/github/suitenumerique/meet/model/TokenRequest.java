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
import io.github.suitenumerique.meet.model.ClientAssertionType;
import io.github.suitenumerique.meet.model.GrantType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * TokenRequest
 */
@JsonPropertyOrder({
  TokenRequest.JSON_PROPERTY_CLIENT_ID,
  TokenRequest.JSON_PROPERTY_CLIENT_SECRET,
  TokenRequest.JSON_PROPERTY_CLIENT_ASSERTION_TYPE,
  TokenRequest.JSON_PROPERTY_CLIENT_ASSERTION,
  TokenRequest.JSON_PROPERTY_GRANT_TYPE,
  TokenRequest.JSON_PROPERTY_SCOPE
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class TokenRequest {
  public static final String JSON_PROPERTY_CLIENT_ID = "client_id";
  
  private @Nullable String clientId;

  public static final String JSON_PROPERTY_CLIENT_SECRET = "client_secret";
  
  private @Nullable String clientSecret;

  public static final String JSON_PROPERTY_CLIENT_ASSERTION_TYPE = "client_assertion_type";
  
  private @Nullable ClientAssertionType clientAssertionType;

  public static final String JSON_PROPERTY_CLIENT_ASSERTION = "client_assertion";
  
  private @Nullable String clientAssertion;

  public static final String JSON_PROPERTY_GRANT_TYPE = "grant_type";
  
  private GrantType grantType;

  public static final String JSON_PROPERTY_SCOPE = "scope";
  
  private String scope;

  public TokenRequest() { 
  }

  public TokenRequest clientId(@Nullable String clientId) {
    this.clientId = clientId;
    return this;
  }

  /**
   * As the operator gave it to you. May be left out where an assertion or HTTP Basic names it.
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


  public TokenRequest clientSecret(@Nullable String clientSecret) {
    this.clientSecret = clientSecret;
    return this;
  }

  /**
   * As the operator gave it to you. Left out where an assertion or HTTP Basic stands in for it.
   * @return clientSecret
   */
  
  @JsonProperty(value = JSON_PROPERTY_CLIENT_SECRET, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getClientSecret() {
    return clientSecret;
  }


  @JsonProperty(value = JSON_PROPERTY_CLIENT_SECRET, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setClientSecret(@Nullable String clientSecret) {
    this.clientSecret = clientSecret;
  }


  public TokenRequest clientAssertionType(@Nullable ClientAssertionType clientAssertionType) {
    this.clientAssertionType = clientAssertionType;
    return this;
  }

  /**
   * Get clientAssertionType
   * @return clientAssertionType
   */
  
  @JsonProperty(value = JSON_PROPERTY_CLIENT_ASSERTION_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable ClientAssertionType getClientAssertionType() {
    return clientAssertionType;
  }


  @JsonProperty(value = JSON_PROPERTY_CLIENT_ASSERTION_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setClientAssertionType(@Nullable ClientAssertionType clientAssertionType) {
    this.clientAssertionType = clientAssertionType;
  }


  public TokenRequest clientAssertion(@Nullable String clientAssertion) {
    this.clientAssertion = clientAssertion;
    return this;
  }

  /**
   * A JWT that your private key signed (RFC 7523): &#x60;iss&#x60; and &#x60;sub&#x60; are your client_id, &#x60;aud&#x60; is the URL of the token endpoint or the &#x60;issuer&#x60; of the metadata, &#x60;exp&#x60; at most an hour away, &#x60;jti&#x60; used once. Its header names your key by &#x60;kid&#x60; where several of them fit its &#x60;alg&#x60;. 
   * @return clientAssertion
   */
  
  @JsonProperty(value = JSON_PROPERTY_CLIENT_ASSERTION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getClientAssertion() {
    return clientAssertion;
  }


  @JsonProperty(value = JSON_PROPERTY_CLIENT_ASSERTION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setClientAssertion(@Nullable String clientAssertion) {
    this.clientAssertion = clientAssertion;
  }


  public TokenRequest grantType(GrantType grantType) {
    this.grantType = grantType;
    return this;
  }

  /**
   * Get grantType
   * @return grantType
   */
  
  @JsonProperty(value = JSON_PROPERTY_GRANT_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public GrantType getGrantType() {
    return grantType;
  }


  @JsonProperty(value = JSON_PROPERTY_GRANT_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setGrantType(GrantType grantType) {
    this.grantType = grantType;
  }


  public TokenRequest scope(String scope) {
    this.scope = scope;
    return this;
  }

  /**
   * The e-mail address of the user to act for (ASCII, compared without regard to case). Before or after it, separated by spaces, permission scopes to narrow the token to. 
   * @return scope
   */
  
  @JsonProperty(value = JSON_PROPERTY_SCOPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getScope() {
    return scope;
  }


  @JsonProperty(value = JSON_PROPERTY_SCOPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setScope(String scope) {
    this.scope = scope;
  }


  /**
   * Return true if this TokenRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    TokenRequest tokenRequest = (TokenRequest) o;
    return Objects.equals(this.clientId, tokenRequest.clientId) &&
        Objects.equals(this.clientSecret, tokenRequest.clientSecret) &&
        Objects.equals(this.clientAssertionType, tokenRequest.clientAssertionType) &&
        Objects.equals(this.clientAssertion, tokenRequest.clientAssertion) &&
        Objects.equals(this.grantType, tokenRequest.grantType) &&
        Objects.equals(this.scope, tokenRequest.scope);
  }

  @Override
  public int hashCode() {
    return Objects.hash(clientId, clientSecret, clientAssertionType, clientAssertion, grantType, scope);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class TokenRequest {\n");
    sb.append("    clientId: ").append(toIndentedString(clientId)).append("\n");
    sb.append("    clientSecret: ").append("*").append("\n");
    sb.append("    clientAssertionType: ").append(toIndentedString(clientAssertionType)).append("\n");
    sb.append("    clientAssertion: ").append("*").append("\n");
    sb.append("    grantType: ").append(toIndentedString(grantType)).append("\n");
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

