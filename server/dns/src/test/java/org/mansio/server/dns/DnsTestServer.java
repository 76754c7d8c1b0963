package org.mansio.server.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A name server for tests, on one free loopback port over UDP and TCP. It answers from a table, says NXDOMAIN for a name
 * without any record, and can be told to fail. Thread-safe; records may be added while it runs.
 */
public final class DnsTestServer implements AutoCloseable {
  private static final long TTL = 60;
  private static final int UDP_SIZE = 4096;
  private static final int BIND_ATTEMPTS = 20;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
  private final Map<Name, Integer> failing = new ConcurrentHashMap<>();
  private final Set<Name> silent = ConcurrentHashMap.newKeySet();
  private final Set<Name> truncated = ConcurrentHashMap.newKeySet();
  private final Map<Name, AtomicInteger> questions = new ConcurrentHashMap<>();
  private final AtomicInteger overTcp = new AtomicInteger();
  private volatile boolean authentic;
  private volatile boolean chasing = true;

  private DnsTestServer(DatagramSocket udp, ServerSocket tcp) {
    this.udp = udp;
    this.tcp = tcp;
  }

  /** A running server without records. */
  public static DnsTestServer start() {
    for (int attempt = 1; ; attempt++) {
      try {
        ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try {
          DnsTestServer server = new DnsTestServer(
              new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress()), tcp);
          Thread.ofVirtual().name("dns-test-udp").start(server::serveUdp);
          Thread.ofVirtual().name("dns-test-tcp").start(server::serveTcp);
          return server;
        } catch (SocketException taken) {
          // The port is free for TCP but not for UDP: another one.
          tcp.close();
          if (attempt == BIND_ATTEMPTS) {
            throw taken;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** {@code ip:port}, as {@code MANSIO_DNS_SERVERS} takes it. */
  public String address() {
    return tcp.getInetAddress().getHostAddress() + ":" + tcp.getLocalPort();
  }

  /** Adds a record in master-file form (RFC 1035 §5.1), such as {@code add("example.org", "MX", "10 mx.example.org.")}. */
  public DnsTestServer add(String name, String type, String data) {
    return add(name, type, TTL, data);
  }

  /** @param ttl in seconds */
  public DnsTestServer add(String name, String type, long ttl, String data) {
    try {
      Name owner = name(name);
      Record record = Record.fromString(owner, Type.value(type), DClass.IN, ttl, data, Name.root);
      records.computeIfAbsent(owner, k -> new CopyOnWriteArrayList<>()).add(record);
      return this;
    } catch (IOException e) {
      throw new IllegalArgumentException(type + " " + data, e);
    }
  }

  /** Adds records as they are, such as those of a signed zone. */
  DnsTestServer add(List<? extends Record> more) {
    more.forEach(record -> records
        .computeIfAbsent(record.getName().canonicalize(), k -> new CopyOnWriteArrayList<>())
        .add(record));
    return this;
  }

  /** Adds A or AAAA records. */
  public DnsTestServer host(String name, String... addresses) {
    for (String address : addresses) {
      add(name, address.contains(":") ? "AAAA" : "A", address);
    }
    return this;
  }

  public DnsTestServer mx(String domain, int preference, String host) {
    return add(domain, "MX", preference + " " + host + (host.endsWith(".") ? "" : "."));
  }

  /** Takes all records of a name away. */
  public void remove(String name) {
    records.remove(name(name));
  }

  /** Answers questions for the name with SERVFAIL. */
  public DnsTestServer servfail(String name) {
    return fail(name, Rcode.SERVFAIL);
  }

  /** @param rcode of {@link Rcode} */
  public DnsTestServer fail(String name, int rcode) {
    failing.put(name(name), rcode);
    return this;
  }

  /** Answers the name as usual again. */
  public void mend(String name) {
    failing.remove(name(name));
    silent.remove(name(name));
  }

  /** Doesn't answer questions for the name at all. */
  public DnsTestServer silent(String name) {
    silent.add(name(name));
    return this;
  }

  /** Truncates answers for the name over UDP. */
  public DnsTestServer truncate(String name) {
    truncated.add(name(name));
    return this;
  }

  /** Sets the AD bit in every answer. */
  public void setAuthentic(boolean ad) {
    authentic = ad;
  }

  /** Whether the targets of CNAMEs stand in the same answer, as from a recursive server; the default. */
  public void setChasing(boolean chase) {
    chasing = chase;
  }

  /** Questions for the name so far, of any type. */
  public int questions(String name) {
    AtomicInteger count = questions.get(name(name));
    return count == null ? 0 : count.get();
  }

  /** Questions over TCP so far. */
  public int questionsOverTcp() {
    return overTcp.get();
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Name name(String text) {
    try {
      return Name.fromString(text, Name.root).canonicalize();
    } catch (TextParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private void serveUdp() {
    byte[] buffer = new byte[UDP_SIZE];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] question = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        byte[] answer = answer(new Message(question), true);
        if (answer.length > 0) {
          udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        if (!udp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        Socket client = tcp.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        if (!tcp.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      for (int first = in.read(); first >= 0; first = in.read()) {
        overTcp.incrementAndGet();
        byte[] answer =
            answer(new Message(in.readNBytes(first << Byte.SIZE | in.readUnsignedByte())), false);
        if (answer.length == 0) {
          return;
        }
        out.writeShort(answer.length);
        out.write(answer);
        out.flush();
      }
    } catch (IOException e) {
      // The client went away; the next one is served.
      return;
    }
  }

  private byte[] answer(Message question, boolean overUdp) {
    Record asked = question.getQuestion();
    Name name = asked.getName().canonicalize();
    questions.computeIfAbsent(name, k -> new AtomicInteger()).incrementAndGet();
    if (silent.contains(name)) {
      return new byte[0];
    }
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RD);
    answer.getHeader().setFlag(Flags.RA);
    if (authentic) {
      answer.getHeader().setFlag(Flags.AD);
    }
    answer.addRecord(asked, Section.QUESTION);
    if (failing.containsKey(name)) {
      answer.getHeader().setRcode(failing.get(name));
    } else if (overUdp && truncated.contains(name)) {
      answer.getHeader().setFlag(Flags.TC);
    } else {
      fill(answer, name, asked.getType());
    }
    // RFC 6891 §6.2.5, RFC 1035 §4.2.1: what is larger is truncated.
    int largest = question.getOPT() == null ? 512 : question.getOPT().getPayloadSize();
    return answer.toWire(overUdp ? largest : 1 << 16);
  }

  private void fill(Message answer, Name asked, int type) {
    Name name = asked;
    for (int depth = 0; depth < 20; depth++) {
      List<Record> all = records.getOrDefault(name, List.of());
      Record alias =
          all.stream().filter(r -> r.getType() == Type.CNAME).findFirst().orElse(null);
      if (alias != null && type != Type.CNAME) {
        answer.addRecord(alias, Section.ANSWER);
        signatures(all, Type.CNAME).forEach(r -> answer.addRecord(r, Section.ANSWER));
        name = ((org.xbill.DNS.CNAMERecord) alias).getTarget().canonicalize();
        if (chasing) {
          continue;
        }
        return;
      }
      all.stream()
          .filter(r -> r.getType() == type)
          .forEach(r -> answer.addRecord(r, Section.ANSWER));
      signatures(all, type).forEach(r -> answer.addRecord(r, Section.ANSWER));
      if (all.isEmpty()) {
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
      }
      if (all.stream().noneMatch(r -> r.getType() == type)) {
        soa(name).forEach(r -> answer.addRecord(r, Section.AUTHORITY));
        all.stream()
            .filter(r -> r.getType() == Type.NSEC)
            .forEach(r -> answer.addRecord(r, Section.AUTHORITY));
        signatures(all, Type.NSEC).forEach(r -> answer.addRecord(r, Section.AUTHORITY));
      }
      return;
    }
  }

  private static List<Record> signatures(List<Record> records, int type) {
    return records.stream()
        .filter(r -> r instanceof RRSIGRecord signature && signature.getTypeCovered() == type)
        .toList();
  }

  /** The SOA of the name or of one above it, when the table has one: what makes "none" something to keep. */
  private List<Record> soa(Name name) {
    for (int labels = 0; labels < name.labels(); labels++) {
      Name zone = new Name(name, labels);
      List<Record> found = records.getOrDefault(zone, List.of()).stream()
          .filter(r -> r.getType() == Type.SOA)
          .toList();
      if (!found.isEmpty()) {
        List<Record> all = new ArrayList<>(found);
        all.addAll(signatures(records.getOrDefault(zone, List.of()), Type.SOA));
        return all;
      }
    }
    return List.of();
  }
}
