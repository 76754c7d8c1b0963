package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.Test;
import org.mansio.server.admin.AdminNames;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.testkit.MemoryDirectory;
import org.mansio.spi.testkit.MemoryTrace;

class AdminRegistryTest {
  private final MBeanServer server = MBeanServerFactory.newMBeanServer();
  private final AdminRegistry registry = new AdminRegistry(server);

  @Test
  void aBeanStandsUnderTheDomainWithOpenTypesOnlyUntilItIsClosed() throws Exception {
    registry.register(new AdminBean("Trace", new TraceOperations(new MemoryTrace())));

    MBeanInfo info = server.getMBeanInfo(AdminNames.of("Trace"));
    assertThat(info.getDescriptor().getFieldValue("mxbean")).isEqualTo("true");

    registry.close();
    assertThat(server.isRegistered(AdminNames.of("Trace"))).isFalse();
  }

  @Test
  void aBeanWithoutAnMxBeanInterfaceIsRefusedByName() {
    assertThatThrownBy(() -> registry.register(new AdminBean("Odd", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MXBean");
  }

  @Test
  void theSameTypeTwiceIsRefused() {
    registry.register(new AdminBean("Users", new UserOperations(new MemoryDirectory())));

    assertThatThrownBy(() ->
            registry.register(new AdminBean("Users", new UserOperations(new MemoryDirectory()))))
        .hasMessageContaining("two admin beans of type Users");
  }

  @Test
  void aTypeCannotSmuggleInAnotherKey() {
    assertThatThrownBy(() -> AdminNames.of("Queue,evil=1"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
