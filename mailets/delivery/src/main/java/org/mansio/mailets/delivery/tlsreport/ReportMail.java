package org.mansio.mailets.delivery.tlsreport;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.mansio.spi.mail.MailAddress;

/** A report as a message (RFC 8460 §5.3): multipart/report with a part for people and the compressed report. */
final class ReportMail {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

  private ReportMail() {}

  static byte[] message(TlsReport report, MailAddress to, Instant now) {
    // No line of base64 begins like this.
    String boundary = "=_tlsrpt_" + Integer.toHexString(report.id().hashCode());
    String encoded = Base64.getMimeEncoder().encodeToString(report.compressed());
    String text = """
        From: <%s>
        To: <%s>
        Date: %s
        Subject: Report Domain: %s
         Submitter: %s
         Report-ID: <%s>
        Message-ID: <%s>
        TLS-Report-Domain: %s
        TLS-Report-Submitter: %s
        TLS-Required: No
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type="tlsrpt";
         boundary="%s"

        --%s
        Content-Type: text/plain; charset=us-ascii

        This is the TLS report of %s about mail to
        %s on %s (RFC 8460).

        --%s
        Content-Type: application/tlsrpt+gzip
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment;
         filename="%s"

        """.formatted(
            report.from().sender(),
            to,
            DATE.format(now.atOffset(ZoneOffset.UTC)),
            report.domain(),
            report.from().submitter(),
            report.id(),
            report.id(),
            report.domain(),
            report.from().submitter(),
            boundary,
            boundary,
            report.from().submitter(),
            report.domain(),
            report.day(),
            boundary,
            report.fileName())
        .replace("\n", "\r\n");
    return (text + encoded + "\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
  }
}
