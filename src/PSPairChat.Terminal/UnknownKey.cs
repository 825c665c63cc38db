using System;

namespace PSPairChat.Terminal;

/// <summary>Asks the user about the key of a secure server that is not known yet.</summary>
internal static class UnknownKey
{
    /// <summary>Connects; if the key of the server is unknown and the user accepts it, connects again and records the key.</summary>
    /// <param name="options">The options of the session.</param>
    /// <param name="connect">Connects with the options.</param>
    /// <param name="confirm">Asks the user a question; null if there is no user.</param>
    /// <exception cref="ChatException">Any error of <paramref name="connect"/>.</exception>
    public static T Retry<T>(ChatOptions options, Func<ChatOptions, T> connect, Func<string, bool>? confirm)
    {
        try
        {
            return connect(options);
        }
        catch (ChatException e) when (e.Reason == ChatErrorReason.ServerKeyUnknown && confirm is not null && confirm(ConsoleMessages.FormatUnknownKey(e)))
        {
            // Another server may answer now: only the key that the user has seen is accepted.
            return connect(options with { SecureClient = options.SecureClient! with { Fingerprint = e.Fingerprint, AcceptNewKey = true } });
        }
    }
}
