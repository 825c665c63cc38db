using System;
using System.Management.Automation;
using System.Text.RegularExpressions;
using PSPairChat.Scripting;

namespace PSPairChat.Cmdlets;

/// <summary>Waits for the first message that matches; those that do not are kept, in order, for Receive-ChatMessage.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ChatMessage", DefaultParameterSetName = PatternSet, HelpUri = HelpPages.Root + "Wait-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class WaitChatMessageCommand : ChatCmdlet
{
    private const string PatternSet = "Pattern";
    private const string LikeSet = "Like";

    /// <summary>A regular expression that the text matches, without regard to case; whatever comes if left out.</summary>
    [Parameter(ParameterSetName = PatternSet, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Pattern { get; set; }

    /// <summary>Wildcards that the whole text matches, without regard to case.</summary>
    [Parameter(ParameterSetName = LikeSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Like { get; set; }

    /// <summary>Who has to say it; anybody if left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>The session, its Id or Name; the one opened last if left out.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ChatSessionReference? Session { get; set; }

    /// <summary>How long to wait, in seconds; for ever if left out.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    private protected override object? Target => Session?.Target;

    private protected override void ProcessInput()
    {
        var session = ResolveSession(Session);
        var result = ReceiveWithNotices(session, TimeoutSeconds, waitOnOwnTurn: false, CreatePredicate());
        switch (result.Outcome)
        {
            case ReceiveOutcome.Message:
                WriteObject(result.Message);
                break;
            case ReceiveOutcome.TimedOut:
                throw new ChatException(ChatErrorReason.ReceiveTimedOut, $"No message that matches came within {TimeoutSeconds:0.###} seconds.");
            case ReceiveOutcome.YourTurn:
                throw new ChatException(ChatErrorReason.YourTurn, "It is our own turn to speak, and nothing that matches is unread.");
            default:
                throw result.Error ?? new ChatException(ChatErrorReason.PeerQuit, "The other end has left, and nothing that it said matches.");
        }
    }

    private Predicate<ChatMessage> CreatePredicate()
    {
        var matches = CreateMatcher();
        return message => (From is null || string.Equals(message.From, From, StringComparison.OrdinalIgnoreCase)) && matches(message.Text);
    }

    private Predicate<string> CreateMatcher()
    {
        if (Like is not null)
            return Wildcard.Parse(Like).IsMatch;
        if (Pattern is null)
            return _ => true;
        try
        {
            var regex = RegexPattern.Create(Pattern);
            return text => IsMatch(regex, text);
        }
        catch (ArgumentException e)
        {
            throw new ParameterBindingException($"-Pattern is no regular expression: {e.Message}", e);
        }
    }

    private static bool IsMatch(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ChatException(ChatErrorReason.ExpectationFailed, "The regular expression took longer than a second; the message is kept.", e);
        }
    }
}
