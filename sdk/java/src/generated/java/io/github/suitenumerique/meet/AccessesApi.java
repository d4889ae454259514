// Made from openapi.yaml by openapi-generator (see generate); not to be edited.

package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.*;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The requests of the operations under Accesses. */
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")
final class AccessesApi {
  private AccessesApi() {}

  /** List who has a role in a room. */
  static Call<AccessList> listAccesses(String id) {
    return new Call<>("listAccesses", "GET", "/rooms/{id}/accesses/", AccessList.class)
        .path("id", id);
  }

  /** Take a user&#39;s role in a room away. */
  static Call<Void> removeAccess(String id, UUID accessId) {
    return new Call<>("removeAccess", "DELETE", "/rooms/{id}/accesses/{access_id}/", Void.class)
        .path("id", id)
        .path("access_id", accessId);
  }
}
