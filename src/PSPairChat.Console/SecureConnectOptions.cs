using System.CommandLine;

namespace PSPairChat.ConsoleApp;

/// <summary>The options of <c>connect</c> for TLS.</summary>
internal sealed class SecureConnectOptions
{
    private readonly Option<bool> _secure = new("--secure")
    {
        Description = "Use TLS. The key of the server must be known; at a terminal, the key of a new server can be accepted.",
    };

    private readonly Option<string?> _fingerprint = new("--fingerprint")
    {
        Description = "The fingerprint that the key of the server must have. Implies --secure.",
        HelpName = "SHA256:...",
    };

    private readonly Option<bool> _acceptNewKey = new("--accept-new-key")
    {
        Description = "Accept and record the key of a server that is not known yet. Implies --secure.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _secure, _fingerprint, _acceptNewKey })
            command.Options.Add(option);
    }

    /// <summary>Gets how the key of the server is verified; null for plain TCP.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="invite">The invite; null for none.</param>
    /// <param name="isRequired">Whether another option requires TLS.</param>
    public SecureClientOptions? GetClientOptions(ParseResult parseResult, string? invite, bool isRequired)
    {
        var fingerprint = parseResult.GetValue(_fingerprint);
        var acceptNewKey = parseResult.GetValue(_acceptNewKey);
        return invite is not null || fingerprint is not null || acceptNewKey || isRequired || parseResult.GetValue(_secure)
            ? new SecureClientOptions { Invite = invite, Fingerprint = fingerprint, AcceptNewKey = acceptNewKey }
            : null;
    }
}
