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
import io.github.suitenumerique.meet.model.Room;
import java.net.URI;
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
 * &#x60;count&#x60; and &#x60;previous&#x60; are there with &#x60;page&#x60;, and absent with &#x60;cursor&#x60;.
 */
@JsonPropertyOrder({
  RoomList.JSON_PROPERTY_COUNT,
  RoomList.JSON_PROPERTY_NEXT,
  RoomList.JSON_PROPERTY_PREVIOUS,
  RoomList.JSON_PROPERTY_RESULTS
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class RoomList {
  public static final String JSON_PROPERTY_COUNT = "count";
  
  private @Nullable Long count;

  public static final String JSON_PROPERTY_NEXT = "next";
  
  private @Nullable URI next;

  public static final String JSON_PROPERTY_PREVIOUS = "previous";
  private JsonNullable<URI> previous = JsonNullable.<URI>undefined();

  public static final String JSON_PROPERTY_RESULTS = "results";
  
  private List<Room> results;

  public RoomList() { 
  }

  public RoomList count(@Nullable Long count) {
    this.count = count;
    return this;
  }

  /**
   * How many rooms there are on all pages.
   * @return count
   */
  
  @JsonProperty(value = JSON_PROPERTY_COUNT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Long getCount() {
    return count;
  }


  @JsonProperty(value = JSON_PROPERTY_COUNT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setCount(@Nullable Long count) {
    this.count = count;
  }


  public RoomList next(@Nullable URI next) {
    this.next = next;
    return this;
  }

  /**
   * The absolute URL of the next page. Null on the last one, and only there.
   * @return next
   */
  
  @JsonProperty(value = JSON_PROPERTY_NEXT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable URI getNext() {
    return next;
  }


  @JsonProperty(value = JSON_PROPERTY_NEXT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setNext(@Nullable URI next) {
    this.next = next;
  }


  public RoomList previous(@Nullable URI previous) {
    this.previous = JsonNullable.<URI>of(previous);
    return this;
  }

  /**
   * The absolute URL of the page before.
   * @return previous
   */
  
  @JsonIgnore
  public @Nullable URI getPrevious() {
        return previous.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_PREVIOUS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<URI> getPrevious_JsonNullable() {
    return previous;
  }
  
  @JsonProperty(JSON_PROPERTY_PREVIOUS)
  public void setPrevious_JsonNullable(JsonNullable<URI> previous) {
    this.previous = previous;
  }

  public void setPrevious(@Nullable URI previous) {
    this.previous = JsonNullable.<URI>of(previous);
  }


  public RoomList results(List<Room> results) {
    this.results = results;
    return this;
  }

  public RoomList addResultsItem(Room resultsItem) {
    if (this.results == null) {
      this.results = new ArrayList<>();
    }
    this.results.add(resultsItem);
    return this;
  }

  /**
   * Get results
   * @return results
   */
  
  @JsonProperty(value = JSON_PROPERTY_RESULTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<Room> getResults() {
    return results;
  }


  @JsonProperty(value = JSON_PROPERTY_RESULTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setResults(List<Room> results) {
    this.results = results;
  }


  /**
   * Return true if this RoomList object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RoomList roomList = (RoomList) o;
    return Objects.equals(this.count, roomList.count) &&
        Objects.equals(this.next, roomList.next) &&
        equalsNullable(this.previous, roomList.previous) &&
        Objects.equals(this.results, roomList.results);
  }

  private static <T> boolean equalsNullable(JsonNullable<T> a, JsonNullable<T> b) {
    return a == b || (a != null && b != null && a.isPresent() && b.isPresent() && Objects.deepEquals(a.get(), b.get()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, next, hashCodeNullable(previous), results);
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
    sb.append("class RoomList {\n");
    sb.append("    count: ").append(toIndentedString(count)).append("\n");
    sb.append("    next: ").append(toIndentedString(next)).append("\n");
    sb.append("    previous: ").append(toIndentedString(previous)).append("\n");
    sb.append("    results: ").append(toIndentedString(results)).append("\n");
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

