/**
 * Configuration, plugins, wiring and life cycle of the server. Plugins are found by java.util.ServiceLoader, parts are
 * wired by Guice (JSR 330). Start at {@link org.mansio.server.kernel.ServerAssembly}.
 *
 * <p>Files of the configuration folder and their elements (the general rules stand in {@link
 * org.mansio.server.kernel.config}):
 *
 * <pre>{@code
 * server.xml
 *   <server>
 *     <hostname>mail.example.org</hostname>           empty: this machine's name
 *     <postmaster>postmaster@example.org</postmaster> empty: postmaster@hostname
 *     <shutdownGrace>25s</shutdownGrace>
 *     <tls>   certificate, key, keystore, keystorePassword, protocols       see ServerSettings.TLS
 *     <trace> maxSize, maxAge, segmentSize                                  see ServerSettings.TRACE
 *     <store type="maildir"> its settings </store>
 *     <extensions> <extension name="…"> its settings </extension> </extensions>
 *     <listeners>
 *       <listener name="smtp" protocol="smtp">
 *         <port>25</port>                             0: off; auto: any free port; further settings of the protocol
 *         <hooks> <hook name="…"> its settings </hook> </hooks>
 *       </listener>
 *     </listeners>
 *     <background> <service name="…" type="…"> its settings </service> </background>
 *   </server>
 * mailetcontainer.xml   <mailetcontainer>, see org.mansio.server.processor
 * queue.xml             <queue type="activemq"> its settings </queue>
 * dns.xml               <dns type="dnsjava"> its settings </dns>
 * directory.xml         <directory type="sql"> its settings </directory>
 * }</pre>
 */
@NullMarked
package org.mansio.server.kernel;

import org.jspecify.annotations.NullMarked;
