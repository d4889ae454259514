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
import io.github.suitenumerique.meet.model.Attendee;
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.StoredConfiguration;
import io.github.suitenumerique.meet.model.Telephony;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * Room
 */
@JsonPropertyOrder({
  Room.JSON_PROPERTY_ID,
  Room.JSON_PROPERTY_NAME,
  Room.JSON_PROPERTY_SLUG,
  Room.JSON_PROPERTY_ACCESS_LEVEL,
  Room.JSON_PROPERTY_CONFIGURATION,
  Room.JSON_PROPERTY_URL,
  Room.JSON_PROPERTY_TELEPHONY,
  Room.JSON_PROPERTY_EXPIRES_AT,
  Room.JSON_PROPERTY_ATTENDEES
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class Room {
  public static final String JSON_PROPERTY_ID = "id";
  
  private UUID id;

  public static final String JSON_PROPERTY_NAME = "name";
  
  private String name;

  public static final String JSON_PROPERTY_SLUG = "slug";
  
  private @Nullable String slug;

  public static final String JSON_PROPERTY_ACCESS_LEVEL = "access_level";
  
  private RoomAccessLevel accessLevel;

  public static final String JSON_PROPERTY_CONFIGURATION = "configuration";
  
  private StoredConfiguration configuration;

  public static final String JSON_PROPERTY_URL = "url";
  
  private @Nullable URI url;

  public static final String JSON_PROPERTY_TELEPHONY = "telephony";
  
  private @Nullable Telephony telephony;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  
  private @Nullable OffsetDateTime expiresAt;

  public static final String JSON_PROPERTY_ATTENDEES = "attendees";
  
  private @Nullable List<Attendee> attendees;

  public Room() { 
  }

  public Room id(UUID id) {
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


  public Room name(String name) {
    this.name = name;
    return this;
  }

  /**
   * Get name
   * @return name
   */
  
  @JsonProperty(value = JSON_PROPERTY_NAME, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getName() {
    return name;
  }


  @JsonProperty(value = JSON_PROPERTY_NAME, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setName(String name) {
    this.name = name;
  }


  public Room slug(@Nullable String slug) {
    this.slug = slug;
    return this;
  }

  /**
   * The name of the room in its URL. Null only for a room that Meet made without one.
   * @return slug
   */
  
  @JsonProperty(value = JSON_PROPERTY_SLUG, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable String getSlug() {
    return slug;
  }


  @JsonProperty(value = JSON_PROPERTY_SLUG, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSlug(@Nullable String slug) {
    this.slug = slug;
  }


  public Room accessLevel(RoomAccessLevel accessLevel) {
    this.accessLevel = accessLevel;
    return this;
  }

  /**
   * Get accessLevel
   * @return accessLevel
   */
  
  @JsonProperty(value = JSON_PROPERTY_ACCESS_LEVEL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public RoomAccessLevel getAccessLevel() {
    return accessLevel;
  }


  @JsonProperty(value = JSON_PROPERTY_ACCESS_LEVEL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setAccessLevel(RoomAccessLevel accessLevel) {
    this.accessLevel = accessLevel;
  }


  public Room configuration(StoredConfiguration configuration) {
    this.configuration = configuration;
    return this;
  }

  /**
   * Get configuration
   * @return configuration
   */
  
  @JsonProperty(value = JSON_PROPERTY_CONFIGURATION, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public StoredConfiguration getConfiguration() {
    return configuration;
  }


  @JsonProperty(value = JSON_PROPERTY_CONFIGURATION, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setConfiguration(StoredConfiguration configuration) {
    this.configuration = configuration;
  }


  public Room url(@Nullable URI url) {
    this.url = url;
    return this;
  }

  /**
   * Where people join. Present when the operator configured the address of the Meet instance.
   * @return url
   */
  
  @JsonProperty(value = JSON_PROPERTY_URL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable URI getUrl() {
    return url;
  }


  @JsonProperty(value = JSON_PROPERTY_URL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setUrl(@Nullable URI url) {
    this.url = url;
  }


  public Room telephony(@Nullable Telephony telephony) {
    this.telephony = telephony;
    return this;
  }

  /**
   * Get telephony
   * @return telephony
   */
  
  @JsonProperty(value = JSON_PROPERTY_TELEPHONY, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Telephony getTelephony() {
    return telephony;
  }


  @JsonProperty(value = JSON_PROPERTY_TELEPHONY, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setTelephony(@Nullable Telephony telephony) {
    this.telephony = telephony;
  }


  public Room expiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
    return this;
  }

  /**
   * When the room is deleted (RFC 3339, in UTC). Absent for a room that is not.
   * @return expiresAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getExpiresAt() {
    return expiresAt;
  }


  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setExpiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
  }


  public Room attendees(@Nullable List<Attendee> attendees) {
    this.attendees = attendees;
    return this;
  }

  public Room addAttendeesItem(Attendee attendeesItem) {
    if (this.attendees == null) {
      this.attendees = new ArrayList<>();
    }
    this.attendees.add(attendeesItem);
    return this;
  }

  /**
   * What became of the &#x60;attendees&#x60; of this request. Absent where it had none.
   * @return attendees
   */
  
  @JsonProperty(value = JSON_PROPERTY_ATTENDEES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable List<Attendee> getAttendees() {
    return attendees;
  }


  @JsonProperty(value = JSON_PROPERTY_ATTENDEES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setAttendees(@Nullable List<Attendee> attendees) {
    this.attendees = attendees;
  }


  /**
   * Return true if this Room object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Room room = (Room) o;
    return Objects.equals(this.id, room.id) &&
        Objects.equals(this.name, room.name) &&
        Objects.equals(this.slug, room.slug) &&
        Objects.equals(this.accessLevel, room.accessLevel) &&
        Objects.equals(this.configuration, room.configuration) &&
        Objects.equals(this.url, room.url) &&
        Objects.equals(this.telephony, room.telephony) &&
        Objects.equals(this.expiresAt, room.expiresAt) &&
        Objects.equals(this.attendees, room.attendees);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, slug, accessLevel, configuration, url, telephony, expiresAt, attendees);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Room {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    slug: ").append(toIndentedString(slug)).append("\n");
    sb.append("    accessLevel: ").append(toIndentedString(accessLevel)).append("\n");
    sb.append("    configuration: ").append(toIndentedString(configuration)).append("\n");
    sb.append("    url: ").append(toIndentedString(url)).append("\n");
    sb.append("    telephony: ").append(toIndentedString(telephony)).append("\n");
    sb.append("    expiresAt: ").append(toIndentedString(expiresAt)).append("\n");
    sb.append("    attendees: ").append(toIndentedString(attendees)).append("\n");
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

