package org.mansio.mailets.delivery;

import java.util.Map;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;

/** What the tests of the deliveries share: services in memory, and attempts as the queue makes them. */
abstract class DeliveryTest {
  final FakeServices services = new FakeServices();

  Mailet mailet(MailetFactory factory, Map<String, String> settings)
      throws InvalidSettingException {
    return factory.create(Settings.ofTexts(factory.settings(), settings), services);
  }

  DeliveryReport attempt(Dispatch dispatch) throws Exception {
    return transport(dispatch.route().transport())
        .deliver(new Delivery(dispatch.mail(), dispatch.route(), 1));
  }

  Transport transport(String name) {
    return services.transports.find(name).orElseThrow();
  }
}
