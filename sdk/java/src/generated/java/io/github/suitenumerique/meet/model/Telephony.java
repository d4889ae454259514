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
 * How people join by telephone. Present when the operator switched it on.
 */
@JsonPropertyOrder({
  Telephony.JSON_PROPERTY_ENABLED,
  Telephony.JSON_PROPERTY_PHONE_NUMBER,
  Telephony.JSON_PROPERTY_PIN_CODE,
  Telephony.JSON_PROPERTY_DEFAULT_COUNTRY
})
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")

public class Telephony {
  public static final String JSON_PROPERTY_ENABLED = "enabled";
  
  private Boolean enabled;

  public static final String JSON_PROPERTY_PHONE_NUMBER = "phone_number";
  
  private @Nullable String phoneNumber;

  public static final String JSON_PROPERTY_PIN_CODE = "pin_code";
  
  private @Nullable String pinCode;

  public static final String JSON_PROPERTY_DEFAULT_COUNTRY = "default_country";
  
  private String defaultCountry;

  public Telephony() { 
  }

  public Telephony enabled(Boolean enabled) {
    this.enabled = enabled;
    return this;
  }

  /**
   * Always true.
   * @return enabled
   */
  
  @JsonProperty(value = JSON_PROPERTY_ENABLED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getEnabled() {
    return enabled;
  }


  @JsonProperty(value = JSON_PROPERTY_ENABLED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEnabled(Boolean enabled) {
    this.enabled = enabled;
  }


  public Telephony phoneNumber(@Nullable String phoneNumber) {
    this.phoneNumber = phoneNumber;
    return this;
  }

  /**
   * Get phoneNumber
   * @return phoneNumber
   */
  
  @JsonProperty(value = JSON_PROPERTY_PHONE_NUMBER, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable String getPhoneNumber() {
    return phoneNumber;
  }


  @JsonProperty(value = JSON_PROPERTY_PHONE_NUMBER, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPhoneNumber(@Nullable String phoneNumber) {
    this.phoneNumber = phoneNumber;
  }


  public Telephony pinCode(@Nullable String pinCode) {
    this.pinCode = pinCode;
    return this;
  }

  /**
   * What to type when asked for it. Null for a room that has none.
   * @return pinCode
   */
  
  @JsonProperty(value = JSON_PROPERTY_PIN_CODE, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable String getPinCode() {
    return pinCode;
  }


  @JsonProperty(value = JSON_PROPERTY_PIN_CODE, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPinCode(@Nullable String pinCode) {
    this.pinCode = pinCode;
  }


  public Telephony defaultCountry(String defaultCountry) {
    this.defaultCountry = defaultCountry;
    return this;
  }

  /**
   * The country of the number, ISO 3166-1 alpha-2.
   * @return defaultCountry
   */
  
  @JsonProperty(value = JSON_PROPERTY_DEFAULT_COUNTRY, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getDefaultCountry() {
    return defaultCountry;
  }


  @JsonProperty(value = JSON_PROPERTY_DEFAULT_COUNTRY, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDefaultCountry(String defaultCountry) {
    this.defaultCountry = defaultCountry;
  }


  /**
   * Return true if this Telephony object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Telephony telephony = (Telephony) o;
    return Objects.equals(this.enabled, telephony.enabled) &&
        Objects.equals(this.phoneNumber, telephony.phoneNumber) &&
        Objects.equals(this.pinCode, telephony.pinCode) &&
        Objects.equals(this.defaultCountry, telephony.defaultCountry);
  }

  @Override
  public int hashCode() {
    return Objects.hash(enabled, phoneNumber, pinCode, defaultCountry);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Telephony {\n");
    sb.append("    enabled: ").append(toIndentedString(enabled)).append("\n");
    sb.append("    phoneNumber: ").append(toIndentedString(phoneNumber)).append("\n");
    sb.append("    pinCode: ").append(toIndentedString(pinCode)).append("\n");
    sb.append("    defaultCountry: ").append(toIndentedString(defaultCountry)).append("\n");
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

