/**
 * A client of the external API of La Suite Meet: meeting rooms for another application. Begin with
 * {@link io.github.suitenumerique.meet.MeetClient}.
 */
@NullMarked
package io.github.suitenumerique.meet;

import org.jspecify.annotations.NullMarked;
