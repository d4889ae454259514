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
import io.github.suitenumerique.meet.model.TrackSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.openapitools.jackson.nullable.JsonNullable;
import java.util.NoSuchElementException;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What participants may do. No other keys are taken.
 */
@JsonPropertyOrder({
  RoomConfiguration.JSON_PROPERTY_CAN_PUBLISH_SOURCES,
  RoomConfiguration.JSON_PROPERTY_EVERYONE_CAN_MUTE
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class RoomConfiguration {
  public static final String JSON_PROPERTY_CAN_PUBLISH_SOURCES = "can_publish_sources";
  private JsonNullable<Set<TrackSource>> canPublishSources = JsonNullable.<Set<TrackSource>>undefined();

  public static final String JSON_PROPERTY_EVERYONE_CAN_MUTE = "everyone_can_mute";
  private JsonNullable<Boolean> everyoneCanMute = JsonNullable.<Boolean>undefined();

  public RoomConfiguration() { 
  }

  public RoomConfiguration canPublishSources(@Nullable Set<TrackSource> canPublishSources) {
    this.canPublishSources = JsonNullable.<Set<TrackSource>>of(canPublishSources);
    return this;
  }

  public RoomConfiguration addCanPublishSourcesItem(TrackSource canPublishSourcesItem) {
    if (this.canPublishSources == null || !this.canPublishSources.isPresent() || this.canPublishSources.get() == null) {
      this.canPublishSources = JsonNullable.<Set<TrackSource>>of(new LinkedHashSet<>());
    }
    try {
      this.canPublishSources.get().add(canPublishSourcesItem);
    } catch (java.util.NoSuchElementException e) {
      // this can never happen, as we make sure above that the value is present
    }
    return this;
  }

  /**
   * What participants may send, each source once; null or absent for everything.
   * @return canPublishSources
   */
  
  @JsonIgnore
  public @Nullable Set<TrackSource> getCanPublishSources() {
        return canPublishSources.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_CAN_PUBLISH_SOURCES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<Set<TrackSource>> getCanPublishSources_JsonNullable() {
    return canPublishSources;
  }
  
  @JsonProperty(JSON_PROPERTY_CAN_PUBLISH_SOURCES)
  public void setCanPublishSources_JsonNullable(JsonNullable<Set<TrackSource>> canPublishSources) {
    this.canPublishSources = canPublishSources;
  }

  public void setCanPublishSources(@Nullable Set<TrackSource> canPublishSources) {
    this.canPublishSources = JsonNullable.<Set<TrackSource>>of(canPublishSources);
  }


  public RoomConfiguration everyoneCanMute(@Nullable Boolean everyoneCanMute) {
    this.everyoneCanMute = JsonNullable.<Boolean>of(everyoneCanMute);
    return this;
  }

  /**
   * Whether every participant may mute the others.
   * @return everyoneCanMute
   */
  
  @JsonIgnore
  public @Nullable Boolean getEveryoneCanMute() {
        return everyoneCanMute.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_EVERYONE_CAN_MUTE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<Boolean> getEveryoneCanMute_JsonNullable() {
    return everyoneCanMute;
  }
  
  @JsonProperty(JSON_PROPERTY_EVERYONE_CAN_MUTE)
  public void setEveryoneCanMute_JsonNullable(JsonNullable<Boolean> everyoneCanMute) {
    this.everyoneCanMute = everyoneCanMute;
  }

  public void setEveryoneCanMute(@Nullable Boolean everyoneCanMute) {
    this.everyoneCanMute = JsonNullable.<Boolean>of(everyoneCanMute);
  }


  /**
   * Return true if this RoomConfiguration object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RoomConfiguration roomConfiguration = (RoomConfiguration) o;
    return equalsNullable(this.canPublishSources, roomConfiguration.canPublishSources) &&
        equalsNullable(this.everyoneCanMute, roomConfiguration.everyoneCanMute);
  }

  private static <T> boolean equalsNullable(JsonNullable<T> a, JsonNullable<T> b) {
    return a == b || (a != null && b != null && a.isPresent() && b.isPresent() && Objects.deepEquals(a.get(), b.get()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(hashCodeNullable(canPublishSources), hashCodeNullable(everyoneCanMute));
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
    sb.append("class RoomConfiguration {\n");
    sb.append("    canPublishSources: ").append(toIndentedString(canPublishSources)).append("\n");
    sb.append("    everyoneCanMute: ").append(toIndentedString(everyoneCanMute)).append("\n");
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

