package org.mansio.mailets.standard;

import java.util.List;
import java.util.stream.Stream;
import org.mansio.mailets.standard.content.AddFooter;
import org.mansio.mailets.standard.header.AddDeliveredToHeader;
import org.mansio.mailets.standard.header.AddSubjectPrefix;
import org.mansio.mailets.standard.header.RemoveMimeHeader;
import org.mansio.mailets.standard.header.RemoveMimeHeaderByPrefix;
import org.mansio.mailets.standard.header.SetMimeHeader;
import org.mansio.mailets.standard.matcher.ClientMatchers;
import org.mansio.mailets.standard.matcher.ContentMatchers;
import org.mansio.mailets.standard.matcher.HeaderMatchers;
import org.mansio.mailets.standard.matcher.RecipientMatchers;
import org.mansio.mailets.standard.matcher.SenderMatchers;
import org.mansio.mailets.standard.matcher.StateMatchers;
import org.mansio.mailets.standard.report.Bounce;
import org.mansio.mailets.standard.report.Notice;
import org.mansio.mailets.standard.routing.Forward;
import org.mansio.mailets.standard.routing.Identity;
import org.mansio.mailets.standard.routing.Null;
import org.mansio.mailets.standard.routing.PostmasterAlias;
import org.mansio.mailets.standard.routing.RecipientRewriteTable;
import org.mansio.mailets.standard.routing.RecipientToLowerCase;
import org.mansio.mailets.standard.routing.Redirect;
import org.mansio.mailets.standard.routing.Resend;
import org.mansio.mailets.standard.routing.ToProcessor;
import org.mansio.mailets.standard.state.LogMessage;
import org.mansio.mailets.standard.state.RemoveMailAttribute;
import org.mansio.mailets.standard.state.SetMailAttribute;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.MatcherFactory;

/** The matchers and mailets of this module. */
public final class StandardPlugin implements Plugin {
  @Override
  public String name() {
    return "standard";
  }

  @Override
  public String version() {
    String version = StandardPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<MatcherFactory> matchers() {
    return Stream.of(
            RecipientMatchers.all(),
            SenderMatchers.all(),
            ClientMatchers.all(),
            HeaderMatchers.all(),
            ContentMatchers.all(),
            StateMatchers.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public List<MailetFactory> mailets() {
    return List.of(
        ToProcessor.factory(),
        Null.factory(),
        Identity.factory(),
        RecipientRewriteTable.factory(),
        PostmasterAlias.factory(),
        RecipientToLowerCase.factory(),
        Forward.factory(),
        Redirect.factory(),
        Resend.factory(),
        Bounce.factory(),
        Notice.toPostmaster(),
        Notice.toSender(),
        SetMimeHeader.factory(),
        RemoveMimeHeader.factory(),
        RemoveMimeHeaderByPrefix.factory(),
        AddSubjectPrefix.factory(),
        AddDeliveredToHeader.factory(),
        AddFooter.factory(),
        SetMailAttribute.factory(),
        RemoveMailAttribute.factory(),
        LogMessage.factory());
  }
}
