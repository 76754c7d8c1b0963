package org.mansio.server.kernel.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.mansio.server.kernel.trace.TraceSegments.Segment;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.trace.TraceEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the events of a mail and of what came out of it in one pass, oldest file first: a mail is sent before anything
 * happens to its child, so each id is known when its first event comes by. (From the newest backwards, each generation
 * would need a pass of its own.) A Message-ID takes a pass before, to learn the ids: the chain may take a mail up before
 * the session that received it has written so. The trace's size bounds the work; a cheap look for the ids sorts nearly all
 * lines out before they are read.
 */
final class TraceSearch {
  private static final Logger LOG = LoggerFactory.getLogger(TraceSearch.class);

  /** More is not read by people; a loop of mails shows long before. */
  static final int MAX_EVENTS = 10_000;

  /** Ids that one search follows. */
  private static final int MAX_IDS = 1_000;

  private final String messageId;
  private final Set<String> ids = new HashSet<>();
  private final List<TraceEvent> found = new ArrayList<>();

  TraceSearch(String key) {
    String bare = key.strip().replaceFirst("^<", "").replaceFirst(">$", "");
    this.messageId = bare.contains("@") ? bare : "";
    if (messageId.isEmpty()) {
      ids.add(bare);
    }
  }

  List<TraceEvent> in(List<Segment> segments) throws IOException {
    if (!messageId.isEmpty()) {
      eachLine(segments, this::learn);
    }
    eachLine(segments, this::look);
    found.sort(Comparator.comparing(TraceEvent::at));
    return List.copyOf(found);
  }

  private void eachLine(List<Segment> segments, Consumer<String> consumer) throws IOException {
    for (Segment segment : segments) {
      try (BufferedReader lines = new BufferedReader(
          new InputStreamReader(Files.newInputStream(segment.file()), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine();
            line != null && found.size() < MAX_EVENTS;
            line = lines.readLine()) {
          consumer.accept(line);
        }
      } catch (NoSuchFileException e) {
        LOG.debug("{} was rotated away during the search", segment.file());
      }
    }
  }

  private void learn(String line) {
    if (line.contains(messageId)) {
      TraceLine.read(line)
          .filter(this::names)
          .ifPresent(event -> follow(event.id().value()));
    }
  }

  private void look(String line) {
    int idStart = line.indexOf('\t') + 1;
    int idEnd = line.indexOf('\t', idStart);
    if (idStart > 0 && idEnd > 0 && ids.contains(line.substring(idStart, idEnd))) {
      TraceLine.read(line).ifPresent(this::take);
    }
  }

  private boolean names(TraceEvent event) {
    String given = event.details().getOrDefault("message-id", "").strip();
    return given.equals(messageId) || given.equals("<" + messageId + ">");
  }

  private void take(TraceEvent event) {
    found.add(event);
    follow(event.id().value());
    String child = event.details().get("child");
    if (child != null && isId(child)) {
      follow(child);
    }
  }

  private void follow(String id) {
    if (ids.size() < MAX_IDS) {
      ids.add(id);
    }
  }

  private static boolean isId(String text) {
    try {
      return !new MailId(text).value().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
