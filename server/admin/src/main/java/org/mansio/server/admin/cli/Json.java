package org.mansio.server.admin.cli;

import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes the views as JSON (RFC 8259): records as objects, collections as arrays, their names as in the record. */
final class Json implements AutoCloseable {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private final PrintWriter out;
  private final JsonGenerator generator;

  Json(PrintWriter out) {
    this.out = out;
    this.generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  void startArray() {
    generator.writeStartArray();
  }

  void endArray() {
    generator.writeEndArray();
  }

  void write(@Nullable Object value) {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Boolean flag -> generator.writeBoolean(flag);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Collection<?> elements -> {
        generator.writeStartArray();
        elements.forEach(this::write);
        generator.writeEndArray();
      }
      case Map<?, ?> entries -> {
        generator.writeStartObject();
        entries.forEach((name, entry) -> {
          generator.writeName(String.valueOf(name));
          write(entry);
        });
        generator.writeEndObject();
      }
      case Record view -> write(view);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private void write(Record view) {
    generator.writeStartObject();
    for (RecordComponent component : view.getClass().getRecordComponents()) {
      generator.writeName(component.getName());
      try {
        write(component.getAccessor().invoke(view));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the views are public records", e);
      }
    }
    generator.writeEndObject();
  }

  /** Ends the line. */
  @Override
  public void close() {
    generator.close();
    out.println();
  }
}
