package org.mansio.server.admin.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.mansio.server.admin.ListenerView;
import org.mansio.server.admin.ListenersMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mansioctl listeners}. */
@Command(name = "listeners", description = "Lists listeners, their addresses and connections.")
final class ListenersCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private JsonOption format = new JsonOption();

  ListenersCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<ListenerView> listeners = session.operations(ListenersMXBean.class).list();
    Table table = new Table("NAME", "PROTOCOL", "ADDRESSES", "CONNECTIONS");
    return session.print(
        format.json,
        listeners,
        table,
        l -> table.row(l.name(), l.protocol(), String.join(" ", l.addresses()), l.connections()));
  }
}
