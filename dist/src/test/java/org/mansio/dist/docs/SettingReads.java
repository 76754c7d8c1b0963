package org.mansio.dist.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mansio.spi.settings.Setting;

/**
 * Which settings the product's class files read. A setting is read where its constant, or the result of the method that
 * makes it, is the argument of a call that isn't one that only states settings.
 */
final class SettingReads {
  private static final ClassDesc SETTING = ClassDesc.of(Setting.class.getName());
  private static final Set<String> STATING = Set.of(
      "org/mansio/spi/settings/SettingSchema", "org/mansio/spi/settings/Setting", "java/util/List");

  private final Set<String> readFields = new HashSet<>();
  private final Set<String> readMethods = new HashSet<>();
  private final List<Class<?>> classes = new ArrayList<>();

  SettingReads() {
    try {
      for (URL root : Collections.list(getClass().getClassLoader().getResources("org/mansio/"))) {
        if (root.openConnection() instanceof JarURLConnection jar) {
          try (FileSystem entries =
              FileSystems.newFileSystem(Path.of(jar.getJarFileURL().toURI()))) {
            scanTree(entries.getPath("/org/mansio"));
          }
        } else {
          scanTree(Path.of(root.toURI()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void scanTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.filter(f -> f.toString().endsWith(".class"))
          // What tests read doesn't count, nor what the SPI does with any setting.
          .filter(f -> !f.toString().contains("test-classes") && !f.toString().contains("/spi/"))
          .filter(f -> !f.toString().endsWith("-info.class"))
          .toList()) {
        ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
        model.methods().forEach(this::scan);
        classes.add(load(model.thisClass().asInternalName().replace('/', '.')));
      }
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, SettingReads.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void scan(MethodModel method) {
    List<Instruction> code = method
        .code()
        .map(model -> model
            .elementStream()
            .filter(Instruction.class::isInstance)
            .map(Instruction.class::cast)
            .toList())
        .orElse(List.of());
    for (int i = 0; i + 1 < code.size(); i++) {
      int next = i + 1;
      while (next + 1 < code.size() && code.get(next) instanceof LoadInstruction) {
        next++; // A further argument of the same call.
      }
      if (!(code.get(next) instanceof InvokeInstruction reader)
          || STATING.contains(reader.owner().asInternalName())) {
        continue;
      }
      CodeElement argument = code.get(i);
      if (argument instanceof FieldInstruction field && field.typeSymbol().equals(SETTING)) {
        readFields.add(field.owner().asInternalName().replace('/', '.') + "." + field.name());
      } else if (argument instanceof InvokeInstruction made
          && made.typeSymbol().returnType().equals(SETTING)) {
        readMethods.add(made.name().stringValue());
      }
    }
  }

  /** Whether some class reads the setting. */
  boolean isRead(Setting<?> setting) {
    List<String> constants = constants(setting);
    return constants.isEmpty()
        ? readMethods.stream().anyMatch(name -> name.equalsIgnoreCase(setting.name()))
        : constants.stream().anyMatch(readFields::contains);
  }

  /** The constants that hold it; none when a method makes it anew each time. */
  private List<String> constants(Setting<?> setting) {
    List<String> names = new ArrayList<>();
    for (Class<?> type : classes) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())
            && field.getType() == Setting.class
            && valueOf(field) == setting) {
          names.add(type.getName() + "." + field.getName());
        }
      }
    }
    return names;
  }

  private static Object valueOf(Field field) {
    try {
      field.setAccessible(true);
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
