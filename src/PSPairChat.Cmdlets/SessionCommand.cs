using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>What the cmdlets that work on sessions from the pipeline have in common.</summary>
public abstract class SessionCommand : ChatCmdlet
{
    /// <summary>The session, its Id or Name; the one opened last if left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    private protected override object? Target => Session?.Target;
}
