package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomList;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Walks through pages, each of which is read when the one before is used up. A page may be empty and not the last one. */
final class RoomIterator implements Iterator<Room> {
  private static final Pattern CURSOR = Pattern.compile("[?&]cursor=([^&]*)");

  private final Function<String, RoomList> pages;
  private Iterator<Room> page = Collections.emptyIterator();
  private @Nullable String cursor = "";

  /** Of a function that reads the page at a cursor, empty for the first one. */
  RoomIterator(Function<String, RoomList> pages) {
    this.pages = pages;
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && cursor != null) {
      RoomList list = pages.apply(cursor);
      page = list.getResults().iterator();
      cursor = list.getNext() == null ? null : cursorOf(list.getNext());
    }
    return page.hasNext();
  }

  @Override
  public Room next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }

  private static String cursorOf(URI next) {
    Matcher found = CURSOR.matcher(next.toString());
    if (!found.find()) {
      throw new IllegalStateException("No cursor in " + next);
    }
    return URLDecoder.decode(found.group(1), StandardCharsets.UTF_8);
  }
}
