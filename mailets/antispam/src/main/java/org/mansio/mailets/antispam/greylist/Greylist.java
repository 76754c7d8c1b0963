package org.mansio.mailets.antispam.greylist;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.mailets.antispam.hook.ClientNetworks;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.ExemptRecipients;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** Greylisting by the client's network, the sender and the recipient (RFC 6647 §2.4, §2.6). Thread-safe. */
public final class Greylist implements SmtpHook {
  private static final String NAME = "Greylist";

  // RFC 6647 §5: one minute to 24 hours; real servers come again within half an hour.
  static final Setting<Duration> DELAY = Setting.duration(
          "delay", "How long a new sender must wait at least before it comes again (RFC 6647 §5).")
      .defaultsTo("2m");

  static final Setting<Duration> WINDOW = Setting.duration(
          "window",
          "How long after its first attempt it may come again; later counts as a first attempt.")
      .defaultsTo("2d");

  static final Setting<Duration> KEEP = Setting.duration(
          "keep",
          "How long who came again is remembered, from the last mail on. Longer than a month, for monthly mail.")
      .defaultsTo("36d");

  static final Setting<Long> KNOWN_AFTER = Setting.number(
          "networkKnownAfter",
          "How many senders of a network must have come again until no mail of the network waits any more. 0: never.",
          0,
          1000)
      .defaultsTo("5");

  static final Setting<Long> IPV4_PREFIX = ClientNetworks.ipv4Prefix(24);

  static final Setting<Long> CAPACITY = Setting.number(
          "maxEntries",
          "Triplets remembered at most, of those that came again and of those that didn't yet; the oldest go first. Each"
              + " takes some 150 octets of memory.",
          1000,
          10_000_000)
      .defaultsTo("200000");

  static final Setting<String> FILE = Setting.text(
          "file",
          "Where they are kept over a restart; a relative path starts at the data folder. Hooks with the same file share it.")
      .defaultsTo("antispam/greylist");

  private final GreylistMemory memory;
  private final GreylistMemory.Rules rules;
  private final ClientNetworks networks;
  private final Exempt exempt;
  private final ExemptRecipients exemptRecipients;

  private Greylist(GreylistMemory memory, Settings settings) throws InvalidSettingException {
    this.memory = memory;
    this.rules = new GreylistMemory.Rules(
        settings.get(DELAY),
        settings.get(WINDOW),
        settings.get(KEEP),
        settings.get(KNOWN_AFTER).intValue());
    if (rules.window().compareTo(rules.delay()) <= 0) {
      throw new InvalidSettingException("window must be longer than delay");
    }
    this.networks = ClientNetworks.of(settings.get(IPV4_PREFIX), settings);
    this.exempt = Exempt.of(settings);
    this.exemptRecipients = ExemptRecipients.of(settings);
  }

  /** The factory; the hooks that it makes share what they know by file. */
  public static SmtpHookFactory factory() {
    return factory(InstantSource.system());
  }

  static SmtpHookFactory factory(InstantSource clock) {
    Map<Path, GreylistMemory> memories = new ConcurrentHashMap<>();
    return new HookDefinition(
        NAME,
        "Refuses mail of unknown senders for now, and takes it when they come again (RFC 6647).",
        SettingSchema.of(
            DELAY,
            WINDOW,
            KEEP,
            KNOWN_AFTER,
            IPV4_PREFIX,
            ClientNetworks.IPV6_PREFIX,
            CAPACITY,
            FILE,
            ExemptRecipients.SETTING,
            Exempt.WHO),
        (settings, services) ->
            new Greylist(shared(memories, settings, services, clock), settings));
  }

  private static GreylistMemory shared(
      Map<Path, GreylistMemory> memories, Settings settings, Services services, InstantSource clock)
      throws InvalidSettingException {
    Path file = services.environment().data().resolve(settings.get(FILE)).normalize();
    int capacity = settings.get(CAPACITY).intValue();
    GreylistMemory memory =
        memories.computeIfAbsent(file, path -> new GreylistMemory(path, capacity, clock));
    if (memory.capacity() != capacity) {
      throw new InvalidSettingException(
          "maxEntries differs from that of another Greylist with the file " + file);
    }
    return memory;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    if (exempt.covers(session) || exemptRecipients.cover(recipient.address())) {
      return Verdict.decline();
    }
    String network = networks.of(session.remote().getAddress());
    String sender = session
        .transaction()
        .flatMap(Envelope::sender)
        .map(MailAddress::toString)
        .orElse("");
    Fingerprint triplet =
        Fingerprint.of(network, lower(sender), lower(recipient.address().toString()));
    return switch (memory.attempt(triplet, Fingerprint.of(network), rules)) {
      // Others may have objections; that the sender has come again is none.
      case GreylistMemory.Decision.Go(String why) -> {
        session.annotate(SmtpHook.MARK + NAME, new AttributeValue.Text(why));
        yield Verdict.decline();
      }
      case GreylistMemory.Decision.Wait(Duration left) -> {
        long seconds = Math.max(1, left.toSeconds());
        // 451 rather than 450: some large senders come again within seconds after a 450, and give
        // up.
        yield new Verdict.Temporary(
            SmtpReply.of(451, "4.7.1", "Greylisted, come again in " + seconds + " seconds"),
            "new: " + network + ", <" + sender + ">, <" + recipient.address() + ">");
      }
    };
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
