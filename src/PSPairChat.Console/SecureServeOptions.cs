using System.CommandLine;

namespace PSPairChat.ConsoleApp;

/// <summary>The options of <c>serve</c> that limit who can connect.</summary>
internal sealed class SecureServeOptions
{
    private readonly Option<bool> _secure = new("--secure")
    {
        Description = "Accept only TLS connections of clients with an invite or a trusted key. An invite for one client is printed.",
    };

    private readonly Option<bool> _allowAnonymous = new("--allow-anonymous")
    {
        Description = "Accept TLS connections of clients that are not authenticated, too. Implies --secure.",
    };

    private readonly Option<bool> _rememberClients = new("--remember-clients")
    {
        Description = "Trust the keys of the clients that connect with an invite, so that they need none the next time. Implies --secure.",
    };

    private readonly Option<string[]> _allowAddress = new("--allow-address")
    {
        Description = "An address or CIDR range from which clients can connect; can be repeated. By default, all addresses.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _secure, _allowAnonymous, _rememberClients, _allowAddress })
            command.Options.Add(option);
    }

    /// <summary>Adds the options to the options of a session.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="options">The options of the session.</param>
    /// <param name="isRequired">Whether another option requires TLS.</param>
    public ChatOptions Apply(ParseResult parseResult, ChatOptions options, bool isRequired)
    {
        var allowAnonymous = parseResult.GetValue(_allowAnonymous);
        var rememberClients = parseResult.GetValue(_rememberClients);
        return options with
        {
            AllowedAddresses = parseResult.GetValue(_allowAddress) ?? [],
            SecureServer = allowAnonymous || rememberClients || isRequired || parseResult.GetValue(_secure)
                ? new SecureServerOptions { AllowAnonymous = allowAnonymous, RememberClients = rememberClients }
                : null,
        };
    }
}
