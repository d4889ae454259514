// Made from openapi.yaml by openapi-generator (see generate); not to be edited.


package io.github.suitenumerique.meet.model;

import java.util.Map;
import java.util.HashMap;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.openapitools.jackson.nullable.JsonNullable;
import java.util.NoSuchElementException;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * As stored. It may hold keys and values that this API does not take.
 */
@JsonPropertyOrder({
  StoredConfiguration.JSON_PROPERTY_CAN_PUBLISH_SOURCES,
  StoredConfiguration.JSON_PROPERTY_EVERYONE_CAN_MUTE
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class StoredConfiguration {
  public static final String JSON_PROPERTY_CAN_PUBLISH_SOURCES = "can_publish_sources";
  private JsonNullable<List<String>> canPublishSources = JsonNullable.<List<String>>undefined();

  public static final String JSON_PROPERTY_EVERYONE_CAN_MUTE = "everyone_can_mute";
  private JsonNullable<Boolean> everyoneCanMute = JsonNullable.<Boolean>undefined();

  public StoredConfiguration() { 
  }

  public StoredConfiguration canPublishSources(@Nullable List<String> canPublishSources) {
    this.canPublishSources = JsonNullable.<List<String>>of(canPublishSources);
    return this;
  }

  public StoredConfiguration addCanPublishSourcesItem(String canPublishSourcesItem) {
    if (this.canPublishSources == null || !this.canPublishSources.isPresent() || this.canPublishSources.get() == null) {
      this.canPublishSources = JsonNullable.<List<String>>of(new ArrayList<>());
    }
    try {
      this.canPublishSources.get().add(canPublishSourcesItem);
    } catch (java.util.NoSuchElementException e) {
      // this can never happen, as we make sure above that the value is present
    }
    return this;
  }

  /**
   * What participants may send; null or absent for everything.
   * @return canPublishSources
   */
  
  @JsonIgnore
  public @Nullable List<String> getCanPublishSources() {
        return canPublishSources.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_CAN_PUBLISH_SOURCES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<List<String>> getCanPublishSources_JsonNullable() {
    return canPublishSources;
  }
  
  @JsonProperty(JSON_PROPERTY_CAN_PUBLISH_SOURCES)
  public void setCanPublishSources_JsonNullable(JsonNullable<List<String>> canPublishSources) {
    this.canPublishSources = canPublishSources;
  }

  public void setCanPublishSources(@Nullable List<String> canPublishSources) {
    this.canPublishSources = JsonNullable.<List<String>>of(canPublishSources);
  }


  public StoredConfiguration everyoneCanMute(@Nullable Boolean everyoneCanMute) {
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
   * A container for additional, undeclared properties.
   * This is a holder for any undeclared properties as specified with
   * the 'additionalProperties' keyword in the OAS document.
   */
  private Map<String, Object> additionalProperties;

  /**
   * Set the additional (undeclared) property with the specified name and value.
   * If the property does not already exist, create it otherwise replace it.
   * @param key the name of the property
   * @param value the value of the property
   * @return self reference
   */
  @JsonAnySetter
  public StoredConfiguration putAdditionalProperty(String key, Object value) {
    if (this.additionalProperties == null) {
        this.additionalProperties = new HashMap<String, Object>();
    }
    this.additionalProperties.put(key, value);
    return this;
  }

  /**
   * Return the additional (undeclared) properties.
   * @return the additional (undeclared) properties
   */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  /**
   * Return the additional (undeclared) property with the specified name.
   * @param key the name of the property
   * @return the additional (undeclared) property with the specified name
   */
  public Object getAdditionalProperty(String key) {
    if (this.additionalProperties == null) {
        return null;
    }
    return this.additionalProperties.get(key);
  }

  /**
   * Return true if this StoredConfiguration object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    StoredConfiguration storedConfiguration = (StoredConfiguration) o;
    return equalsNullable(this.canPublishSources, storedConfiguration.canPublishSources) &&
        equalsNullable(this.everyoneCanMute, storedConfiguration.everyoneCanMute)&&
        Objects.equals(this.additionalProperties, storedConfiguration.additionalProperties);
  }

  private static <T> boolean equalsNullable(JsonNullable<T> a, JsonNullable<T> b) {
    return a == b || (a != null && b != null && a.isPresent() && b.isPresent() && Objects.deepEquals(a.get(), b.get()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(hashCodeNullable(canPublishSources), hashCodeNullable(everyoneCanMute), additionalProperties);
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
    sb.append("class StoredConfiguration {\n");
    sb.append("    canPublishSources: ").append(toIndentedString(canPublishSources)).append("\n");
    sb.append("    everyoneCanMute: ").append(toIndentedString(everyoneCanMute)).append("\n");
    sb.append("    additionalProperties: ").append(toIndentedString(additionalProperties)).append("\n");
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

