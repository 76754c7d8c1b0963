package org.mansio.server.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** Reads a response message: follows the CNAMEs within it, and tells "no such name" from "no such record". */
final class ReplyReader {
  /** Records taken from one answer; Postfix takes as many MX addresses. */
  static final int MAX_RECORDS = 100;

  private final Message message;
  private final int type;
  private final boolean authentic;

  private ReplyReader(Message message, int type, boolean trustAd) {
    this.message = message;
    this.type = type;
    this.authentic = trustAd && message.getHeader().getFlag(Flags.AD);
  }

  /**
   * What the message says about the question.
   *
   * @param trustAd whether its AD bit counts
   */
  static Reply read(Message message, Name name, int type, boolean trustAd) {
    return new ReplyReader(message, type, trustAd).about(name);
  }

  private Reply about(Name asked) {
    Name name = asked;
    long ttl = Long.MAX_VALUE;
    List<Record> answers = message.getSection(Section.ANSWER);
    // Each pass consumes one CNAME of the message, so that a loop within it ends.
    for (int passes = 0; passes <= answers.size(); passes++) {
      List<Record> found = new ArrayList<>();
      Name next = null;
      for (Record record : answers) {
        if (record.getName().equals(name) && record.getType() == type) {
          found.add(record);
          ttl = Math.min(ttl, record.getTTL());
        } else if (record instanceof CNAMERecord cname && record.getName().equals(name)) {
          next = cname.getTarget();
          ttl = Math.min(ttl, record.getTTL());
        }
      }
      if (!found.isEmpty()) {
        return new Reply.Records(
            found.stream().limit(MAX_RECORDS).toList(), authentic, Duration.ofSeconds(ttl));
      }
      if (next == null) {
        return withoutRecords(asked, name, ttl);
      }
      name = next;
    }
    return new Reply.Failure("CNAME loop at " + asked);
  }

  private Reply withoutRecords(Name asked, Name last, long aliasTtl) {
    Duration negative = Duration.ofSeconds(Math.min(aliasTtl, negativeTtl()));
    if (message.getRcode() == Rcode.NXDOMAIN) {
      // RFC 6604 §3: the code is about the last name of the chain.
      return new Reply.NoSuchName(negative);
    }
    if (!last.equals(asked) && !hasSoa()) {
      return new Reply.Alias(last, authentic, Duration.ofSeconds(aliasTtl));
    }
    return new Reply.NoData(authentic, negative);
  }

  private boolean hasSoa() {
    return message.getSection(Section.AUTHORITY).stream().anyMatch(SOARecord.class::isInstance);
  }

  /** RFC 2308 §5: the lesser of the SOA's TTL and its minimum; without an SOA it isn't kept. */
  private long negativeTtl() {
    return message.getSection(Section.AUTHORITY).stream()
        .filter(SOARecord.class::isInstance)
        .map(SOARecord.class::cast)
        .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
        .min()
        .orElse(0);
  }
}
