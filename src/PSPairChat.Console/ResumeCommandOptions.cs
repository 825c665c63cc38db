using System;
using System.CommandLine;

namespace PSPairChat.ConsoleApp;

/// <summary>The options of <c>serve</c> and <c>connect</c> for sessions that survive the loss of their connection.</summary>
internal sealed class ResumeCommandOptions
{
    private const int MaxSeconds = 30 * 86400;

    private static readonly ResumeOptions Defaults = new();

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Require that the session survives the loss of its connection; at a server, also allow it for clients that are not authenticated. Implies --secure.",
    };

    private readonly Option<bool> _noResume = new("--no-resume")
    {
        Description = "End the session when its connection is lost. By default, a session with an invite or a trusted key is resumed.",
    };

    private readonly Option<int> _reconnectTimeout = NumberParser.CreateOption(
        "--reconnect-timeout", "The time after which a session whose connection is lost ends, in seconds.", (int)Defaults.ReconnectTimeout.TotalSeconds, 1, MaxSeconds, "SECONDS");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _resume, _noResume, _reconnectTimeout })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_resume) && result.GetValue(_noResume))
                result.AddError("--resume and --no-resume cannot be used together.");
        });
    }

    /// <summary>Gets whether the session has to be one that can be resumed, which requires TLS.</summary>
    public bool IsRequired(ParseResult parseResult) => parseResult.GetValue(_resume);

    /// <summary>Gets the options of the session.</summary>
    public ResumeOptions GetOptions(ParseResult parseResult) => new()
    {
        Mode = parseResult.GetValue(_resume) ? ResumeMode.Always : parseResult.GetValue(_noResume) ? ResumeMode.Never : ResumeMode.Auto,
        ReconnectTimeout = TimeSpan.FromSeconds(parseResult.GetValue(_reconnectTimeout)),
    };
}
