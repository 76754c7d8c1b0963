package org.mansio.server.admin.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.jspecify.annotations.Nullable;
import org.mansio.server.admin.AdminNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code mansioctl bean}: the MXBeans of plugins, by what they say of themselves, so that a plugin's operations need no
 * command of their own here.
 */
@Command(
    name = "bean",
    description = {
      "Reads and runs what plugins offer to operators, such as: bean OnDemand domains.",
      "Without a member, lists what there is."
    })
final class BeanCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "BEAN", arity = "0..1", defaultValue = "")
  private String bean = "";

  @Parameters(index = "1", paramLabel = "MEMBER", arity = "0..1", defaultValue = "")
  private String member = "";

  @Parameters(index = "2..*", paramLabel = "ARGUMENT")
  private List<String> arguments = new ArrayList<>();

  @Mixin
  private JsonOption format = new JsonOption();

  BeanCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    MBeanServerConnection beans = session.beans();
    if (member.isEmpty()) {
      return list(beans);
    }
    ObjectName name = find(beans);
    MBeanInfo info = beans.getMBeanInfo(name);
    Optional<MBeanAttributeInfo> attribute = Arrays.stream(info.getAttributes())
        .filter(a -> a.getName().equalsIgnoreCase(member) && arguments.isEmpty())
        .findFirst();
    Object value = attribute.isPresent()
        ? beans.getAttribute(name, attribute.get().getName())
        : invoke(beans, name, operation(info));
    return print(OpenValues.plain(value));
  }

  private int list(MBeanServerConnection beans) throws IOException, JMException {
    Set<ObjectName> names = bean.isEmpty()
        ? new TreeSet<>(beans.queryNames(AdminNames.all(), null))
        : Set.of(find(beans));
    List<Map<String, String>> members = new ArrayList<>();
    for (ObjectName name : names) {
      MBeanInfo info = beans.getMBeanInfo(name);
      Stream.concat(
              Arrays.stream(info.getAttributes()).map(MBeanAttributeInfo::getName),
              Arrays.stream(info.getOperations()).map(BeanCommand::signature))
          .forEach(
              text -> members.add(Map.of("bean", name.getKeyProperty("type"), "member", text)));
    }
    Table table = new Table("BEAN", "MEMBER");
    return session.print(
        format.json, members, table, m -> table.row(m.get("bean"), m.get("member")));
  }

  private static String signature(MBeanOperationInfo operation) {
    return operation.getName()
        + "("
        + String.join(
            ", ",
            Arrays.stream(operation.getSignature())
                .map(MBeanParameterInfo::getType)
                .map(type -> type.substring(type.lastIndexOf('.') + 1))
                .toList())
        + ")";
  }

  private ObjectName find(MBeanServerConnection beans) throws IOException {
    return beans.queryNames(AdminNames.all(), null).stream()
        .filter(name -> bean.equalsIgnoreCase(name.getKeyProperty("type")))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(
            "no bean is called '" + bean + "'; 'mansioctl bean' lists them"));
  }

  private MBeanOperationInfo operation(MBeanInfo info) {
    return Arrays.stream(info.getOperations())
        .filter(o ->
            o.getName().equalsIgnoreCase(member) && o.getSignature().length == arguments.size())
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("bean " + bean + " has no member '" + member
            + "' with " + arguments.size() + " arguments; 'mansioctl bean " + bean
            + "' lists them"));
  }

  private @Nullable Object invoke(
      MBeanServerConnection beans, ObjectName name, MBeanOperationInfo operation) throws Exception {
    MBeanParameterInfo[] parameters = operation.getSignature();
    Object[] values = new Object[parameters.length];
    String[] types = new String[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      types[i] = parameters[i].getType();
      values[i] = OpenValues.argument(arguments.get(i), types[i]);
    }
    try {
      return beans.invoke(name, operation.getName(), values, types);
    } catch (RuntimeMBeanException e) {
      throw e.getTargetException();
    } catch (MBeanException e) {
      throw e.getTargetException();
    }
  }

  private int print(@Nullable Object value) {
    if (format.json) {
      try (Json json = new Json(session.out())) {
        json.write(value);
      }
    } else if (value instanceof List<?> rows) {
      table(rows);
    } else if (value != null) {
      session.out().println(Table.printable(value));
    }
    return ExitCodes.OK;
  }

  private void table(List<?> rows) {
    Set<String> heads = new LinkedHashSet<>();
    for (Object row : rows) {
      if (row instanceof Map<?, ?> fields) {
        fields.keySet().forEach(name -> heads.add(String.valueOf(name)));
      }
    }
    if (heads.isEmpty()) {
      rows.forEach(row -> session.out().println(Table.printable(row)));
      return;
    }
    Table table = new Table(heads.toArray(String[]::new));
    for (Object row : rows) {
      if (row instanceof Map<?, ?> fields) {
        table.row(heads.stream().map(fields::get).map(BeanCommand::cell).toArray());
      }
    }
    table.print(session.out());
  }

  private static @Nullable Object cell(@Nullable Object value) {
    return value instanceof List<?> several
        ? String.join(", ", several.stream().map(String::valueOf).toList())
        : value;
  }
}
