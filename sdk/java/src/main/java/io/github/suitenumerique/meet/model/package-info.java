/** What is sent and answered, made from the specification of the API. */
@NullMarked
package io.github.suitenumerique.meet.model;

import org.jspecify.annotations.NullMarked;
