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
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What RFC 8414, section 2 names.
 */
@JsonPropertyOrder({
  Metadata.JSON_PROPERTY_ISSUER,
  Metadata.JSON_PROPERTY_TOKEN_ENDPOINT,
  Metadata.JSON_PROPERTY_JWKS_URI,
  Metadata.JSON_PROPERTY_SCOPES_SUPPORTED,
  Metadata.JSON_PROPERTY_RESPONSE_TYPES_SUPPORTED,
  Metadata.JSON_PROPERTY_GRANT_TYPES_SUPPORTED,
  Metadata.JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED,
  Metadata.JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED,
  Metadata.JSON_PROPERTY_INTROSPECTION_ENDPOINT,
  Metadata.JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_METHODS_SUPPORTED,
  Metadata.JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED,
  Metadata.JSON_PROPERTY_REVOCATION_ENDPOINT,
  Metadata.JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_METHODS_SUPPORTED,
  Metadata.JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED,
  Metadata.JSON_PROPERTY_SERVICE_DOCUMENTATION
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class Metadata {
  public static final String JSON_PROPERTY_ISSUER = "issuer";
  
  private URI issuer;

  public static final String JSON_PROPERTY_TOKEN_ENDPOINT = "token_endpoint";
  
  private URI tokenEndpoint;

  public static final String JSON_PROPERTY_JWKS_URI = "jwks_uri";
  
  private URI jwksUri;

  public static final String JSON_PROPERTY_SCOPES_SUPPORTED = "scopes_supported";
  
  private List<String> scopesSupported;

  public static final String JSON_PROPERTY_RESPONSE_TYPES_SUPPORTED = "response_types_supported";
  
  private List<String> responseTypesSupported;

  public static final String JSON_PROPERTY_GRANT_TYPES_SUPPORTED = "grant_types_supported";
  
  private List<String> grantTypesSupported;

  public static final String JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED = "token_endpoint_auth_methods_supported";
  
  private List<String> tokenEndpointAuthMethodsSupported;

  public static final String JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED = "token_endpoint_auth_signing_alg_values_supported";
  
  private List<String> tokenEndpointAuthSigningAlgValuesSupported;

  public static final String JSON_PROPERTY_INTROSPECTION_ENDPOINT = "introspection_endpoint";
  
  private URI introspectionEndpoint;

  public static final String JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_METHODS_SUPPORTED = "introspection_endpoint_auth_methods_supported";
  
  private List<String> introspectionEndpointAuthMethodsSupported;

  public static final String JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED = "introspection_endpoint_auth_signing_alg_values_supported";
  
  private List<String> introspectionEndpointAuthSigningAlgValuesSupported;

  public static final String JSON_PROPERTY_REVOCATION_ENDPOINT = "revocation_endpoint";
  
  private URI revocationEndpoint;

  public static final String JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_METHODS_SUPPORTED = "revocation_endpoint_auth_methods_supported";
  
  private List<String> revocationEndpointAuthMethodsSupported;

  public static final String JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED = "revocation_endpoint_auth_signing_alg_values_supported";
  
  private List<String> revocationEndpointAuthSigningAlgValuesSupported;

  public static final String JSON_PROPERTY_SERVICE_DOCUMENTATION = "service_documentation";
  
  private URI serviceDocumentation;

  public Metadata() { 
  }

  public Metadata issuer(URI issuer) {
    this.issuer = issuer;
    return this;
  }

  /**
   * The &#x60;iss&#x60; of tokens where that is a URL, else the URL whose metadata this is.
   * @return issuer
   */
  
  @JsonProperty(value = JSON_PROPERTY_ISSUER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getIssuer() {
    return issuer;
  }


  @JsonProperty(value = JSON_PROPERTY_ISSUER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setIssuer(URI issuer) {
    this.issuer = issuer;
  }


  public Metadata tokenEndpoint(URI tokenEndpoint) {
    this.tokenEndpoint = tokenEndpoint;
    return this;
  }

  /**
   * Get tokenEndpoint
   * @return tokenEndpoint
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOKEN_ENDPOINT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getTokenEndpoint() {
    return tokenEndpoint;
  }


  @JsonProperty(value = JSON_PROPERTY_TOKEN_ENDPOINT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTokenEndpoint(URI tokenEndpoint) {
    this.tokenEndpoint = tokenEndpoint;
  }


  public Metadata jwksUri(URI jwksUri) {
    this.jwksUri = jwksUri;
    return this;
  }

  /**
   * Get jwksUri
   * @return jwksUri
   */
  
  @JsonProperty(value = JSON_PROPERTY_JWKS_URI, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getJwksUri() {
    return jwksUri;
  }


  @JsonProperty(value = JSON_PROPERTY_JWKS_URI, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setJwksUri(URI jwksUri) {
    this.jwksUri = jwksUri;
  }


  public Metadata scopesSupported(List<String> scopesSupported) {
    this.scopesSupported = scopesSupported;
    return this;
  }

  public Metadata addScopesSupportedItem(String scopesSupportedItem) {
    if (this.scopesSupported == null) {
      this.scopesSupported = new ArrayList<>();
    }
    this.scopesSupported.add(scopesSupportedItem);
    return this;
  }

  /**
   * Get scopesSupported
   * @return scopesSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_SCOPES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getScopesSupported() {
    return scopesSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_SCOPES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setScopesSupported(List<String> scopesSupported) {
    this.scopesSupported = scopesSupported;
  }


  public Metadata responseTypesSupported(List<String> responseTypesSupported) {
    this.responseTypesSupported = responseTypesSupported;
    return this;
  }

  public Metadata addResponseTypesSupportedItem(String responseTypesSupportedItem) {
    if (this.responseTypesSupported == null) {
      this.responseTypesSupported = new ArrayList<>();
    }
    this.responseTypesSupported.add(responseTypesSupportedItem);
    return this;
  }

  /**
   * Get responseTypesSupported
   * @return responseTypesSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_RESPONSE_TYPES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getResponseTypesSupported() {
    return responseTypesSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_RESPONSE_TYPES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setResponseTypesSupported(List<String> responseTypesSupported) {
    this.responseTypesSupported = responseTypesSupported;
  }


  public Metadata grantTypesSupported(List<String> grantTypesSupported) {
    this.grantTypesSupported = grantTypesSupported;
    return this;
  }

  public Metadata addGrantTypesSupportedItem(String grantTypesSupportedItem) {
    if (this.grantTypesSupported == null) {
      this.grantTypesSupported = new ArrayList<>();
    }
    this.grantTypesSupported.add(grantTypesSupportedItem);
    return this;
  }

  /**
   * Get grantTypesSupported
   * @return grantTypesSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_GRANT_TYPES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getGrantTypesSupported() {
    return grantTypesSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_GRANT_TYPES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setGrantTypesSupported(List<String> grantTypesSupported) {
    this.grantTypesSupported = grantTypesSupported;
  }


  public Metadata tokenEndpointAuthMethodsSupported(List<String> tokenEndpointAuthMethodsSupported) {
    this.tokenEndpointAuthMethodsSupported = tokenEndpointAuthMethodsSupported;
    return this;
  }

  public Metadata addTokenEndpointAuthMethodsSupportedItem(String tokenEndpointAuthMethodsSupportedItem) {
    if (this.tokenEndpointAuthMethodsSupported == null) {
      this.tokenEndpointAuthMethodsSupported = new ArrayList<>();
    }
    this.tokenEndpointAuthMethodsSupported.add(tokenEndpointAuthMethodsSupportedItem);
    return this;
  }

  /**
   * Get tokenEndpointAuthMethodsSupported
   * @return tokenEndpointAuthMethodsSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getTokenEndpointAuthMethodsSupported() {
    return tokenEndpointAuthMethodsSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTokenEndpointAuthMethodsSupported(List<String> tokenEndpointAuthMethodsSupported) {
    this.tokenEndpointAuthMethodsSupported = tokenEndpointAuthMethodsSupported;
  }


  public Metadata tokenEndpointAuthSigningAlgValuesSupported(List<String> tokenEndpointAuthSigningAlgValuesSupported) {
    this.tokenEndpointAuthSigningAlgValuesSupported = tokenEndpointAuthSigningAlgValuesSupported;
    return this;
  }

  public Metadata addTokenEndpointAuthSigningAlgValuesSupportedItem(String tokenEndpointAuthSigningAlgValuesSupportedItem) {
    if (this.tokenEndpointAuthSigningAlgValuesSupported == null) {
      this.tokenEndpointAuthSigningAlgValuesSupported = new ArrayList<>();
    }
    this.tokenEndpointAuthSigningAlgValuesSupported.add(tokenEndpointAuthSigningAlgValuesSupportedItem);
    return this;
  }

  /**
   * Get tokenEndpointAuthSigningAlgValuesSupported
   * @return tokenEndpointAuthSigningAlgValuesSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getTokenEndpointAuthSigningAlgValuesSupported() {
    return tokenEndpointAuthSigningAlgValuesSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTokenEndpointAuthSigningAlgValuesSupported(List<String> tokenEndpointAuthSigningAlgValuesSupported) {
    this.tokenEndpointAuthSigningAlgValuesSupported = tokenEndpointAuthSigningAlgValuesSupported;
  }


  public Metadata introspectionEndpoint(URI introspectionEndpoint) {
    this.introspectionEndpoint = introspectionEndpoint;
    return this;
  }

  /**
   * Get introspectionEndpoint
   * @return introspectionEndpoint
   */
  
  @JsonProperty(value = JSON_PROPERTY_INTROSPECTION_ENDPOINT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getIntrospectionEndpoint() {
    return introspectionEndpoint;
  }


  @JsonProperty(value = JSON_PROPERTY_INTROSPECTION_ENDPOINT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setIntrospectionEndpoint(URI introspectionEndpoint) {
    this.introspectionEndpoint = introspectionEndpoint;
  }


  public Metadata introspectionEndpointAuthMethodsSupported(List<String> introspectionEndpointAuthMethodsSupported) {
    this.introspectionEndpointAuthMethodsSupported = introspectionEndpointAuthMethodsSupported;
    return this;
  }

  public Metadata addIntrospectionEndpointAuthMethodsSupportedItem(String introspectionEndpointAuthMethodsSupportedItem) {
    if (this.introspectionEndpointAuthMethodsSupported == null) {
      this.introspectionEndpointAuthMethodsSupported = new ArrayList<>();
    }
    this.introspectionEndpointAuthMethodsSupported.add(introspectionEndpointAuthMethodsSupportedItem);
    return this;
  }

  /**
   * Get introspectionEndpointAuthMethodsSupported
   * @return introspectionEndpointAuthMethodsSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_METHODS_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getIntrospectionEndpointAuthMethodsSupported() {
    return introspectionEndpointAuthMethodsSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_METHODS_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setIntrospectionEndpointAuthMethodsSupported(List<String> introspectionEndpointAuthMethodsSupported) {
    this.introspectionEndpointAuthMethodsSupported = introspectionEndpointAuthMethodsSupported;
  }


  public Metadata introspectionEndpointAuthSigningAlgValuesSupported(List<String> introspectionEndpointAuthSigningAlgValuesSupported) {
    this.introspectionEndpointAuthSigningAlgValuesSupported = introspectionEndpointAuthSigningAlgValuesSupported;
    return this;
  }

  public Metadata addIntrospectionEndpointAuthSigningAlgValuesSupportedItem(String introspectionEndpointAuthSigningAlgValuesSupportedItem) {
    if (this.introspectionEndpointAuthSigningAlgValuesSupported == null) {
      this.introspectionEndpointAuthSigningAlgValuesSupported = new ArrayList<>();
    }
    this.introspectionEndpointAuthSigningAlgValuesSupported.add(introspectionEndpointAuthSigningAlgValuesSupportedItem);
    return this;
  }

  /**
   * Get introspectionEndpointAuthSigningAlgValuesSupported
   * @return introspectionEndpointAuthSigningAlgValuesSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getIntrospectionEndpointAuthSigningAlgValuesSupported() {
    return introspectionEndpointAuthSigningAlgValuesSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_INTROSPECTION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setIntrospectionEndpointAuthSigningAlgValuesSupported(List<String> introspectionEndpointAuthSigningAlgValuesSupported) {
    this.introspectionEndpointAuthSigningAlgValuesSupported = introspectionEndpointAuthSigningAlgValuesSupported;
  }


  public Metadata revocationEndpoint(URI revocationEndpoint) {
    this.revocationEndpoint = revocationEndpoint;
    return this;
  }

  /**
   * Get revocationEndpoint
   * @return revocationEndpoint
   */
  
  @JsonProperty(value = JSON_PROPERTY_REVOCATION_ENDPOINT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getRevocationEndpoint() {
    return revocationEndpoint;
  }


  @JsonProperty(value = JSON_PROPERTY_REVOCATION_ENDPOINT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setRevocationEndpoint(URI revocationEndpoint) {
    this.revocationEndpoint = revocationEndpoint;
  }


  public Metadata revocationEndpointAuthMethodsSupported(List<String> revocationEndpointAuthMethodsSupported) {
    this.revocationEndpointAuthMethodsSupported = revocationEndpointAuthMethodsSupported;
    return this;
  }

  public Metadata addRevocationEndpointAuthMethodsSupportedItem(String revocationEndpointAuthMethodsSupportedItem) {
    if (this.revocationEndpointAuthMethodsSupported == null) {
      this.revocationEndpointAuthMethodsSupported = new ArrayList<>();
    }
    this.revocationEndpointAuthMethodsSupported.add(revocationEndpointAuthMethodsSupportedItem);
    return this;
  }

  /**
   * Get revocationEndpointAuthMethodsSupported
   * @return revocationEndpointAuthMethodsSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_METHODS_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getRevocationEndpointAuthMethodsSupported() {
    return revocationEndpointAuthMethodsSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_METHODS_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setRevocationEndpointAuthMethodsSupported(List<String> revocationEndpointAuthMethodsSupported) {
    this.revocationEndpointAuthMethodsSupported = revocationEndpointAuthMethodsSupported;
  }


  public Metadata revocationEndpointAuthSigningAlgValuesSupported(List<String> revocationEndpointAuthSigningAlgValuesSupported) {
    this.revocationEndpointAuthSigningAlgValuesSupported = revocationEndpointAuthSigningAlgValuesSupported;
    return this;
  }

  public Metadata addRevocationEndpointAuthSigningAlgValuesSupportedItem(String revocationEndpointAuthSigningAlgValuesSupportedItem) {
    if (this.revocationEndpointAuthSigningAlgValuesSupported == null) {
      this.revocationEndpointAuthSigningAlgValuesSupported = new ArrayList<>();
    }
    this.revocationEndpointAuthSigningAlgValuesSupported.add(revocationEndpointAuthSigningAlgValuesSupportedItem);
    return this;
  }

  /**
   * Get revocationEndpointAuthSigningAlgValuesSupported
   * @return revocationEndpointAuthSigningAlgValuesSupported
   */
  
  @JsonProperty(value = JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getRevocationEndpointAuthSigningAlgValuesSupported() {
    return revocationEndpointAuthSigningAlgValuesSupported;
  }


  @JsonProperty(value = JSON_PROPERTY_REVOCATION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setRevocationEndpointAuthSigningAlgValuesSupported(List<String> revocationEndpointAuthSigningAlgValuesSupported) {
    this.revocationEndpointAuthSigningAlgValuesSupported = revocationEndpointAuthSigningAlgValuesSupported;
  }


  public Metadata serviceDocumentation(URI serviceDocumentation) {
    this.serviceDocumentation = serviceDocumentation;
    return this;
  }

  /**
   * Get serviceDocumentation
   * @return serviceDocumentation
   */
  
  @JsonProperty(value = JSON_PROPERTY_SERVICE_DOCUMENTATION, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getServiceDocumentation() {
    return serviceDocumentation;
  }


  @JsonProperty(value = JSON_PROPERTY_SERVICE_DOCUMENTATION, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setServiceDocumentation(URI serviceDocumentation) {
    this.serviceDocumentation = serviceDocumentation;
  }


  /**
   * Return true if this Metadata object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Metadata metadata = (Metadata) o;
    return Objects.equals(this.issuer, metadata.issuer) &&
        Objects.equals(this.tokenEndpoint, metadata.tokenEndpoint) &&
        Objects.equals(this.jwksUri, metadata.jwksUri) &&
        Objects.equals(this.scopesSupported, metadata.scopesSupported) &&
        Objects.equals(this.responseTypesSupported, metadata.responseTypesSupported) &&
        Objects.equals(this.grantTypesSupported, metadata.grantTypesSupported) &&
        Objects.equals(this.tokenEndpointAuthMethodsSupported, metadata.tokenEndpointAuthMethodsSupported) &&
        Objects.equals(this.tokenEndpointAuthSigningAlgValuesSupported, metadata.tokenEndpointAuthSigningAlgValuesSupported) &&
        Objects.equals(this.introspectionEndpoint, metadata.introspectionEndpoint) &&
        Objects.equals(this.introspectionEndpointAuthMethodsSupported, metadata.introspectionEndpointAuthMethodsSupported) &&
        Objects.equals(this.introspectionEndpointAuthSigningAlgValuesSupported, metadata.introspectionEndpointAuthSigningAlgValuesSupported) &&
        Objects.equals(this.revocationEndpoint, metadata.revocationEndpoint) &&
        Objects.equals(this.revocationEndpointAuthMethodsSupported, metadata.revocationEndpointAuthMethodsSupported) &&
        Objects.equals(this.revocationEndpointAuthSigningAlgValuesSupported, metadata.revocationEndpointAuthSigningAlgValuesSupported) &&
        Objects.equals(this.serviceDocumentation, metadata.serviceDocumentation);
  }

  @Override
  public int hashCode() {
    return Objects.hash(issuer, tokenEndpoint, jwksUri, scopesSupported, responseTypesSupported, grantTypesSupported, tokenEndpointAuthMethodsSupported, tokenEndpointAuthSigningAlgValuesSupported, introspectionEndpoint, introspectionEndpointAuthMethodsSupported, introspectionEndpointAuthSigningAlgValuesSupported, revocationEndpoint, revocationEndpointAuthMethodsSupported, revocationEndpointAuthSigningAlgValuesSupported, serviceDocumentation);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Metadata {\n");
    sb.append("    issuer: ").append(toIndentedString(issuer)).append("\n");
    sb.append("    tokenEndpoint: ").append(toIndentedString(tokenEndpoint)).append("\n");
    sb.append("    jwksUri: ").append(toIndentedString(jwksUri)).append("\n");
    sb.append("    scopesSupported: ").append(toIndentedString(scopesSupported)).append("\n");
    sb.append("    responseTypesSupported: ").append(toIndentedString(responseTypesSupported)).append("\n");
    sb.append("    grantTypesSupported: ").append(toIndentedString(grantTypesSupported)).append("\n");
    sb.append("    tokenEndpointAuthMethodsSupported: ").append(toIndentedString(tokenEndpointAuthMethodsSupported)).append("\n");
    sb.append("    tokenEndpointAuthSigningAlgValuesSupported: ").append(toIndentedString(tokenEndpointAuthSigningAlgValuesSupported)).append("\n");
    sb.append("    introspectionEndpoint: ").append(toIndentedString(introspectionEndpoint)).append("\n");
    sb.append("    introspectionEndpointAuthMethodsSupported: ").append(toIndentedString(introspectionEndpointAuthMethodsSupported)).append("\n");
    sb.append("    introspectionEndpointAuthSigningAlgValuesSupported: ").append(toIndentedString(introspectionEndpointAuthSigningAlgValuesSupported)).append("\n");
    sb.append("    revocationEndpoint: ").append(toIndentedString(revocationEndpoint)).append("\n");
    sb.append("    revocationEndpointAuthMethodsSupported: ").append(toIndentedString(revocationEndpointAuthMethodsSupported)).append("\n");
    sb.append("    revocationEndpointAuthSigningAlgValuesSupported: ").append(toIndentedString(revocationEndpointAuthSigningAlgValuesSupported)).append("\n");
    sb.append("    serviceDocumentation: ").append(toIndentedString(serviceDocumentation)).append("\n");
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

