package org.mansio.server.dns;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A zone signed with a key of its own (RFC 4034), for tests of validation. */
final class SignedZone {
  private static final long TTL = 60;
  private static final int SHA_256 = 2;

  private final Name origin;
  private final KeyPair keys;
  private final DNSKEYRecord key;
  private final Map<Name, List<Record>> records = new LinkedHashMap<>();

  /** @param origin with the final dot */
  SignedZone(String origin) throws IOException, GeneralSecurityException, DNSSEC.DNSSECException {
    this.origin = Name.fromString(origin);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    this.keys = generator.generateKeyPair();
    this.key = new DNSKEYRecord(
        this.origin,
        DClass.IN,
        TTL,
        DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY,
        DNSKEYRecord.Protocol.DNSSEC,
        DNSSEC.Algorithm.ECDSAP256SHA256,
        keys.getPublic());
    put(key);
    add(origin, "SOA", "ns." + origin + " hostmaster." + origin + " 1 3600 600 86400 60");
  }

  /** The trust anchor: the DS of its key. */
  String anchor() {
    return new DSRecord(origin, DClass.IN, TTL, SHA_256, key).toString();
  }

  SignedZone add(String name, String type, String data) throws IOException {
    put(Record.fromString(
        Name.fromString(name), Type.value(type), DClass.IN, TTL, data, Name.root));
    return this;
  }

  private void put(Record record) {
    records.computeIfAbsent(record.getName(), k -> new ArrayList<>()).add(record);
  }

  /** All records, a chain of NSEC, and signatures that hold for an hour. */
  List<Record> signed() throws DNSSEC.DNSSECException {
    List<Name> names = new ArrayList<>(new TreeSet<>(records.keySet()));
    for (int i = 0; i < names.size(); i++) {
      Name next = i + 1 < names.size() ? names.get(i + 1) : origin;
      int[] types = records.get(names.get(i)).stream()
          .mapToInt(Record::getType)
          .distinct()
          .toArray();
      int[] all = java.util.Arrays.copyOf(types, types.length + 2);
      all[types.length] = Type.RRSIG;
      all[types.length + 1] = Type.NSEC;
      put(new NSECRecord(names.get(i), DClass.IN, TTL, next, all));
    }
    List<Record> result = new ArrayList<>();
    Instant now = Instant.now();
    for (List<Record> ofName : records.values()) {
      Map<Integer, RRset> sets = new LinkedHashMap<>();
      for (Record record : ofName) {
        sets.computeIfAbsent(record.getType(), type -> new RRset()).addRR(record);
      }
      for (RRset set : sets.values()) {
        result.addAll(set.rrs(false));
        result.add(DNSSEC.sign(
            set, key, keys.getPrivate(), now.minusSeconds(3600), now.plusSeconds(3600)));
      }
    }
    return result;
  }
}
