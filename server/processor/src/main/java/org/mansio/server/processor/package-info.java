/**
 * The mailet container: reads the chain from {@code mailetcontainer.xml}, whose grammar is that of Apache James, checks it
 * strictly, and takes mail through it.
 *
 * <pre>{@code
 * <mailetcontainer>
 *   <processors>
 *     <processor state="root">                           root and error are required; names are case-sensitive
 *       <matcher name="ours" match="Or">                 And, Or, Not, Xor over others; usable below by its name
 *         <matcher match="RecipientIsLocal"/>
 *         <matcher notmatch="RemoteAddrInNetwork=192.0.2.0/24"/>
 *       </matcher>
 *       <mailet match="ours" class="ToProcessor">        match, notmatch, or neither, which means All
 *         <processor>local</processor>                   settings of the mailet
 *         <onMailetException>ignore</onMailetException>  ignore, propagate, or a processor; error when absent
 *         <onMatchException>nomatch</onMatchException>   nomatch, matchall, propagate, or a processor; error when absent
 *       </mailet>
 *       <mailet class="Null"/>                           the last one takes all mail and lets none go on
 *     </processor>
 *   </processors>
 * </mailetcontainer>
 * }</pre>
 *
 * <p>A mail that waits in the chain knows its place as processor and position. After a change of the file it goes on at
 * that position of the processor as it is then.
 *
 * <p>{@code propagate} keeps the mail where it is and tries again later. Class names below {@code org.apache.james} and
 * {@code org.apache.mailet} are taken by their last part.
 */
@NullMarked
package org.mansio.server.processor;

import org.jspecify.annotations.NullMarked;
