using System;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using PSPairChat.Scripting;

namespace PSPairChat.Cmdlets;

/// <summary>Waits for the first message that matches, and defers the others for Receive-ChatMessage.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ChatMessage", DefaultParameterSetName = PatternSet, HelpUri = HelpPages.Root + "Wait-ChatMessage.md")]
[OutputType(typeof(ChatMessage))]
public sealed class WaitChatMessageCommand : SessionCmdlet
{
    private const string PatternSet = "Pattern";
    private const string LikeSet = "Like";

    /// <summary>Specifies case-insensitive regular expressions, one of which the text matches. By default, any text matches.</summary>
    [Parameter(ParameterSetName = PatternSet, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Pattern { get; set; } = [];

    /// <summary>Specifies case-insensitive wildcard patterns, one of which the whole text matches.</summary>
    [Parameter(ParameterSetName = LikeSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Like { get; set; } = [];

    /// <summary>Specifies the handle of the sender. By default, a message of any sender matches.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SuggestionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>Specifies the session, its Id, or its Name. By default, the session that was opened last.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ChatSessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public override ChatSession? Session
    {
        get => base.Session;
        set => base.Session = value;
    }

    /// <summary>Specifies the time limit in seconds. By default, there is no limit.</summary>
    [Parameter]
    [ValidateRange(0, 1e9)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Indicates that the cmdlet converts the message from JSON, and sets its Data property.</summary>
    [Parameter]
    public SwitchParameter FromJson { get; set; }

    private protected override void ProcessRecordCore()
    {
        var result = ReceiveWithNotices(GetSession(), TimeoutSeconds, waitOnOwnTurn: false, CreatePredicate());
        switch (result.Outcome)
        {
            case ReceiveOutcome.Message:
                WriteObject(result.Message);
                break;
            case ReceiveOutcome.TimedOut:
                throw result.CreateTimeoutException("No matching message", ToTimeSpan(TimeoutSeconds));
            case ReceiveOutcome.YourTurn:
                throw new ChatException(ChatErrorReason.YourTurn, "It is the turn of the local side to send, and no unread message matches.");
            default:
                throw result.Error ?? new ChatException(ChatErrorReason.PeerQuit, "The peer left, and none of its messages matches.");
        }
    }

    private protected override string? GetRecommendedAction(ChatException exception) =>
        exception.Reason == ChatErrorReason.ExpectationFailed ? "Simplify the regular expression, and then wait again." : null;

    private Predicate<ChatMessage> CreatePredicate()
    {
        Predicate<ChatMessage>[] patterns = [.. Pattern.Select(CreateRegexPredicate), .. Like.Select(CreateWildcardPredicate)];
        return message => (From is null || string.Equals(message.From, From, StringComparison.OrdinalIgnoreCase))
            && (patterns.Length == 0 || MatchesAny(message, patterns))
            && (!FromJson || JsonData.Read(message));
    }

    private static bool MatchesAny(ChatMessage message, Predicate<ChatMessage>[] patterns)
    {
        var index = Array.FindIndex(patterns, p => p(message));
        if (index >= 0)
            message.PatternIndex = index;
        return index >= 0;
    }

    private static Predicate<ChatMessage> CreateWildcardPredicate(string pattern)
    {
        WildcardArgument.Parse(pattern);
        var wildcard = Wildcard.Parse(pattern);
        return message => wildcard.IsMatch(message.Text);
    }

    private static Predicate<ChatMessage> CreateRegexPredicate(string pattern)
    {
        var regex = CreateRegex(pattern);
        return message =>
        {
            var match = Match(regex, message.Text);
            if (match.Success)
            {
                message.Matches = regex.GetGroupNames().Where(n => match.Groups[n].Success)
                    .ToDictionary(n => n, n => match.Groups[n].Value, StringComparer.OrdinalIgnoreCase);
            }
            return match.Success;
        };
    }

    private static Regex CreateRegex(string pattern)
    {
        try
        {
            return RegexPattern.Create(pattern);
        }
        catch (ArgumentException e)
        {
            throw new ChatException(ChatErrorReason.PatternInvalid, $"The value of -Pattern is not a valid regular expression: {e.Message}", e);
        }
    }

    private static Match Match(Regex regex, string text)
    {
        try
        {
            return regex.Match(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ChatException(
                ChatErrorReason.ExpectationFailed, "The regular expression did not complete within one second. The message remains available.", e);
        }
    }
}
