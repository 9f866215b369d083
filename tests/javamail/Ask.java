/* SPDX-License-Identifier: BSD-2-Clause */

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import javax.mail.internet.AddressException;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.InternetHeaders;

/*
 * Asks JavaMail how it reads a From header. Standard input: one header value a line, as JSON strings with one escape for each
 * byte that is not printable ASCII (\u00f6). Standard output, a line each: a JSON array [value, error] or
 * [value, [[address, name or null], ...]]. Addresses of groups stand for themselves, with the group's text.
 */
public class Ask {
	static String read(String json) {
		StringBuilder out = new StringBuilder();

		for (int i = 1; i < json.length() - 1; i++) {
			char c = json.charAt(i);
			if (c != '\\') {
				out.append(c);
				continue;
			}
			c = json.charAt(++i);
			if (c == 'u') {
				out.append((char)Integer.parseInt(json.substring(i + 1, i + 5), 16));
				i += 4;
			} else if (c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f') {
				out.append("\n\r\t\b\f".charAt("nrtbf".indexOf(c)));
			} else {
				out.append(c);
			}
		}
		return out.toString();
	}

	static String write(String text) {
		if (text == null)
			return "null";
		StringBuilder out = new StringBuilder("\"");
		for (char c : text.toCharArray())
			if (c == '"' || c == '\\')
				out.append('\\').append(c);
			else if (c < ' ' || c > '~')
				out.append(String.format("\\u%04x", (int)c));
			else
				out.append(c);
		return out.append('"').toString();
	}

	static String answer(String value) {
		try {
			byte[] bytes = ("From: " + value + "\r\n\r\n").getBytes("ISO-8859-1");
			String header = new InternetHeaders(new ByteArrayInputStream(bytes)).getHeader("From", ",");
			if (header == null)
				return write("no From header");
			InternetAddress[] addresses = InternetAddress.parseHeader(header, true);
			StringBuilder out = new StringBuilder();
			for (InternetAddress address : addresses) {
				address.validate();
				out.append(out.length() == 0 ? "" : ", ");
				out.append("[" + write(address.getAddress()) + ", " + write(address.getPersonal()) + "]");
			}
			return "[" + out + "]";
		} catch (AddressException e) {
			return write(e.getMessage());
		} catch (Exception e) {
			return write(e.getClass().getName());
		}
	}

	public static void main(String[] arguments) throws Exception {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "US-ASCII"));
		PrintStream out = new PrintStream(System.out, false, "US-ASCII");

		for (String line = in.readLine(); line != null; line = in.readLine())
			out.println("[" + line + ", " + answer(read(line)) + "]");
		out.flush();
	}
}
