// Made from openapi.yaml by openapi-generator (see generate); not to be edited.

package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.*;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The requests of the operations under Authentication. */
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")
final class AuthenticationApi {
  private AuthenticationApi() {}

  /** Exchange client credentials for a token. */
  static Call<TokenResponse> generateToken(TokenRequest tokenRequest) {
    return new Call<>("generateToken", "POST", "/application/token/", TokenResponse.class)
        .body(tokenRequest);
  }

  /** Ask about a token of your own. */
  static Call<Introspection> introspectToken(TokenReference tokenReference) {
    return new Call<>("introspectToken", "POST", "/application/introspect/", Introspection.class)
        .body(tokenReference);
  }

  /** Read the public keys of tokens. */
  static Call<KeySet> readKeys() {
    return new Call<>("readKeys", "GET", "/.well-known/jwks.json", KeySet.class);
  }

  /** Read what OAuth libraries need to know. */
  static Call<Metadata> readMetadata() {
    return new Call<>("readMetadata", "GET", "/.well-known/oauth-authorization-server", Metadata.class);
  }

  /** Revoke a token of your own. */
  static Call<Void> revokeToken(TokenReference tokenReference) {
    return new Call<>("revokeToken", "POST", "/application/revoke/", Void.class)
        .body(tokenReference);
  }
}
