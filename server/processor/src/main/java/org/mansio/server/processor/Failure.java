package org.mansio.server.processor;

import java.util.ArrayList;
import java.util.List;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.store.StoreException;

/** What a throwable out of a mailet or matcher means. */
final class Failure {
  private Failure() {}

  /** Whether it may work later without anybody's doing. */
  static boolean isTemporary(Throwable thrown) {
    return switch (thrown) {
      case TemporaryFailure failure -> true;
      case QueueException failure -> true;
      case DirectoryException failure -> failure.temporary();
      case StoreException failure -> failure.status().statusClass() == 4;
      // The server stops: the mail goes on after the next start.
      case InterruptedException interrupt -> true;
      case OutOfMemoryError error -> true;
      default -> false;
    };
  }

  /** One line for the trace and the mail's attributes. */
  static String describe(Throwable thrown) {
    String message = thrown.getMessage();
    String name = thrown.getClass().getSimpleName();
    return (message == null || message.isBlank() ? name : name + ": " + message)
        .replaceAll("[\\r\\n]+", " ");
  }

  /** The thrown class first, then its superclasses. */
  static List<String> classNames(Throwable thrown) {
    List<String> names = new ArrayList<>();
    for (Class<?> type = thrown.getClass();
        type != null && type != Object.class;
        type = type.getSuperclass()) {
      names.add(type.getName());
    }
    return names;
  }
}
