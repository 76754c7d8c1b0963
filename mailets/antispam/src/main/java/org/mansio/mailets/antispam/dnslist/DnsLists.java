package org.mansio.mailets.antispam.dnslist;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.mailets.antispam.hook.Action;
import org.mansio.mailets.antispam.hook.Exempt;
import org.mansio.mailets.antispam.hook.ExemptRecipients;
import org.mansio.mailets.antispam.hook.Finding;
import org.mansio.mailets.antispam.hook.HookDefinition;
import org.mansio.mailets.antispam.hook.Stage;
import org.mansio.mailets.antispam.hook.StagedHook;
import org.mansio.spi.Services;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpSession;

/** Scores a client by the lists that have it, its HELO name or its sender's domain. Thread-safe. */
public final class DnsLists {
  /** Whole: the score of the mail's client, where some list has it. */
  public static final String SCORE = "mansio.dnslists.score";

  /** Texts: the zones of the lists that have it. */
  public static final String LISTED = "mansio.dnslists";

  private static final String NAME = "DnsLists";
  private static final int MAX_SCORE = 10_000;

  private static final String FORM =
      " zone[=codes][*weight]: codes say which answers count, such as 127.0.0.[2;4..8] (not set: 127.0.0.0/8 without"
          + " 127.255.255.0/24); the weight is 1 unless set, and negative for a white list.";

  static final Setting<DnsList> LISTS = Setting.of(
          "lists", DnsList.TYPE, "Lists of client addresses, each" + FORM)
      .repeated();

  static final Setting<DnsList> HELO_LISTS = Setting.of(
          "heloLists", DnsList.TYPE, "Lists of domains, asked for the HELO name, each" + FORM)
      .repeated();

  static final Setting<DnsList> SENDER_LISTS = Setting.of(
          "senderLists",
          DnsList.TYPE,
          "Lists of domains, asked for the sender's domain, each" + FORM)
      .repeated();

  static final Setting<Long> REJECT_AT =
      threshold("rejectAt", "The score from which mail is refused (550).").defaultsTo("1");

  static final Setting<Long> TEMPORARY_AT = threshold(
      "temporaryAt", "The score from which mail is refused for now (450). Not set: none.");

  static final Setting<Long> MARK_AT =
      threshold("markAt", "The score from which mail is marked. Not set: none.");

  static final Setting<Duration> TIMEOUT = Setting.duration(
          "lookupTimeout",
          "How long all lists together may take; a list that hasn't answered by then, or can't, has no weight.")
      .defaultsTo("10s");

  static final Setting<Duration> CHECK_EVERY = Setting.duration(
          "checkEvery",
          "How often each list is checked by RFC 5782 §5; one that lists 127.0.0.1 isn't asked until it is mended. 0:"
              + " never.")
      .defaultsTo("1h");

  private final List<DnsList> ofClients;
  private final List<DnsList> ofHelo;
  private final List<DnsList> ofSenders;
  private final Settings settings;
  private final ListLookup lookup;

  private DnsLists(Settings settings, Services services, InstantSource clock) {
    this.ofClients = settings.all(LISTS);
    this.ofHelo = settings.all(HELO_LISTS);
    this.ofSenders = settings.all(SENDER_LISTS);
    this.settings = settings;
    this.lookup = new ListLookup(
        services,
        new ListHealth(services, settings.get(CHECK_EVERY), clock),
        settings.get(TIMEOUT));
  }

  private static Setting<Long> threshold(String name, String description) {
    return Setting.number(name, description, -MAX_SCORE, MAX_SCORE);
  }

  /** The factory. */
  public static SmtpHookFactory factory() {
    return factory(InstantSource.system());
  }

  static SmtpHookFactory factory(InstantSource clock) {
    return new HookDefinition(
        NAME,
        "Asks DNS black and white lists (RFC 5782), adds up their weights, and refuses or marks from a score on.",
        SettingSchema.of(
            LISTS,
            HELO_LISTS,
            SENDER_LISTS,
            REJECT_AT,
            TEMPORARY_AT,
            MARK_AT,
            TIMEOUT,
            CHECK_EVERY,
            StagedHook.STAGE,
            ExemptRecipients.SETTING,
            Exempt.WHO),
        (settings, services) -> create(settings, services, clock));
  }

  private static SmtpHook create(Settings settings, Services services, InstantSource clock)
      throws InvalidSettingException {
    DnsLists lists = new DnsLists(settings, services, clock);
    Stage earliest = Stage.CONNECT;
    if (lists.ofClients.isEmpty() && lists.ofHelo.isEmpty() && lists.ofSenders.isEmpty()) {
      throw new InvalidSettingException("DnsLists needs lists, heloLists or senderLists");
    }
    if (!lists.ofSenders.isEmpty()) {
      earliest = Stage.MAIL;
    } else if (!lists.ofHelo.isEmpty()) {
      earliest = Stage.HELO;
    }
    return StagedHook.of(NAME, settings, earliest, lists::look);
  }

  private Optional<Finding> look(SmtpSession session, Optional<String> helo) {
    List<ListLookup.Listing> listings = lookup.ask(questions(session, helo));
    if (listings.isEmpty()) {
      return Optional.empty();
    }
    int score = listings.stream().mapToInt(listing -> listing.list().weight()).sum();
    session.annotate(SCORE, new AttributeValue.Whole(score));
    session.annotate(
        LISTED,
        new AttributeValue.Texts(
            listings.stream().map(listing -> listing.list().zone()).toList()));
    Action action = action(score);
    if (action == Action.OFF) {
      return Optional.empty();
    }
    String reason = "score " + score + ": "
        + listings.stream().map(ListLookup.Listing::toString).collect(Collectors.joining(", "));
    return Optional.of(new Finding(action, "7.1", text(listings, action), reason));
  }

  private List<ListLookup.Question> questions(SmtpSession session, Optional<String> helo) {
    List<ListLookup.Question> questions = new ArrayList<>();
    ofClients.forEach(
        list -> questions.add(ListLookup.Question.of(list, session.remote().getAddress())));
    helo.filter(DnsLists::isDomain)
        .ifPresent(
            name -> ofHelo.forEach(list -> questions.add(ListLookup.Question.of(list, name))));
    session
        .transaction()
        .flatMap(Envelope::sender)
        .filter(sender -> !sender.isLiteral())
        .map(MailAddress::domain)
        .ifPresent(domain ->
            ofSenders.forEach(list -> questions.add(ListLookup.Question.of(list, domain))));
    return questions;
  }

  /** Whether a HELO name can stand before a list's zone. */
  private static boolean isDomain(String helo) {
    return helo.indexOf('.') > 0 && helo.matches("[A-Za-z0-9._-]{1,180}") && !helo.contains("..");
  }

  private Action action(int score) {
    if (settings.find(REJECT_AT).filter(at -> score >= at).isPresent()) {
      return Action.REJECT;
    }
    if (settings.find(TEMPORARY_AT).filter(at -> score >= at).isPresent()) {
      return Action.TEMPORARY;
    }
    return settings.find(MARK_AT).filter(at -> score >= at).isPresent() ? Action.MARK : Action.OFF;
  }

  /** Names the list that weighs most, and what it says itself, so that somebody who is listed can do something about it. */
  private String text(List<ListLookup.Listing> listings, Action action) {
    ListLookup.Listing worst = listings.stream()
        .max(Comparator.comparingInt(listing -> listing.list().weight()))
        .orElseThrow();
    Optional<String> explanation =
        action == Action.REJECT ? lookup.explanation(worst) : Optional.empty();
    return worst.subject() + " is listed by " + worst.list().zone()
        + explanation.map(text -> "; " + text).orElse("");
  }
}
