using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using PSPairChat.Transport;

namespace PSPairChat.Scripting;

/// <summary>One run of a script.</summary>
internal sealed class ScriptRun
{
    // Clocks round; a deadline so near has passed.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly ChatSession _session;
    private readonly ChatScript _script;
    private readonly ChatScriptOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly string _me;
    private readonly ScriptCast _cast;
    private readonly ScriptValues _values;
    private readonly Dictionary<string, string> _captures = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ChatTranscriptEntry> _transcript = [];
    private readonly List<ChatMessage> _pending = [];   // in a room: what others of the script have said, and no line has asked for yet
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Deadline _deadline;
    private int _index;
    private string? _actual;

    public ScriptRun(ChatSession session, ChatScript script, ChatScriptOptions options, CancellationToken cancellationToken)
    {
        _session = session;
        _script = script;
        _options = options;
        _cancellationToken = cancellationToken;
        _deadline = Deadline.After(options.Deadline);
        _me = options.As ?? session.Handle;
        _values = new ScriptValues(options.Variables);
        _cast = new ScriptCast(script, _me, session.HasManySpeakers);
    }

    private ChatScriptStep Step => _script.Steps[_index];

    public ChatScriptResult Run()
    {
        _cast.CheckTexts(_values, _session.Options.MaxMessageLength);
        LeaveTheLastConversation();
        _cast.CheckTurns(FirstTurn());
        try
        {
            while (_index < _script.Steps.Count)
                _index = _cast.IsOwn(_index) ? Say(Step) : Expect(Step);
            return Result(null);
        }
        catch (ChatException e)
        {
            return Result(At(Step, e));
        }
    }

    // At a server, an ending that nobody has been told is not the beginning of this conversation, unless it is what the script begins with.
    private void LeaveTheLastConversation()
    {
        if (_session.Role == ChatRole.Server && _session.State == ChatSessionState.Listening && _session.Peer is not null
            && !_script.Steps.Take(1).Any(MayEnd))
        {
            _session.TryReceive(TimeSpan.Zero, waitOnOwnTurn: true, _cancellationToken);
        }
    }

    // A dialect may give the server the first turn; that shows only once the client is there and has opened.
    private ChatTurn FirstTurn()
    {
        var dialect = _session.Options.Dialect;
        if (_session.Turn == ChatTurn.Free || dialect.IsAuto || _session.Peer is not null && _session.MessagesSent + _session.MessagesReceived > 0)
            return _session.Turn;
        return dialect.FirstSpeaker == (_session.Role == ChatRole.Server ? ChatEnd.Server : ChatEnd.Client) ? ChatTurn.Mine : ChatTurn.Theirs;
    }

    private int Say(ChatScriptStep step)
    {
        var alternative = step.Alternatives[0];
        _cancellationToken.ThrowIfCancellationRequested();
        if (_deadline.HasPassed)
            throw TooLate();
        if (_transcript.Count == 0 && !alternative.IsQuit && !_session.AwaitPeer(Patience(step), _cancellationToken))
            throw Silence(step, "Nobody called");
        var text = alternative.Pattern.Say(_values);
        var said = _session.Send(text, _cancellationToken);
        _transcript.Add(said is null ? ChatTranscriptEntry.Quit(_me, isMine: true) : new ChatTranscriptEntry(said));
        // What the other end captures of it can be used here as well.
        TakeOver(alternative.Pattern is RegexPattern ? alternative.Pattern.Match(text, _values) : null);
        return Next(step, alternative, said);
    }

    private int Expect(ChatScriptStep step)
    {
        if (Hear(step) is not { } message)
            return Next(step, ExpectedEnd(step), null);
        _actual = message.Text;
        foreach (var alternative in step.Alternatives)
        {
            if (_session.HasManySpeakers && !IsSaidBy(message, alternative) || alternative.Pattern.Match(message.Text, _values) is not { } captures)
                continue;
            TakeOver(captures);
            var next = Next(step, alternative, message);
            _actual = null;
            return next;
        }
        throw Failed($"'{DisplayText.Safe(message.Text)}' was said where {Expected(step)} is expected.");
    }

    private int Next(ChatScriptStep step, ScriptAlternative alternative, ChatMessage? message)
    {
        var label = step.Then?.Invoke(message, _captures) ?? alternative.GoTo;
        if (label is null)
            return alternative.IsQuit ? _script.Steps.Count : _index + 1;
        return _script.Find(label, _index) ?? throw Failed($"No line below is the label :{label}.");
    }

    // The next message that concerns the step; null when the conversation has ended.
    private ChatMessage? Hear(ChatScriptStep step)
    {
        var deadline = Deadline.After(Patience(step));
        if (_pending.Find(m => Concerns(m, step)) is { } kept)
        {
            _pending.Remove(kept);
            return kept;
        }
        while (true)
        {
            // An end may come at any turn.
            var result = _session.TryReceive(deadline.Left, waitOnOwnTurn: MayEnd(step), _cancellationToken);
            switch (result.Outcome)
            {
                case ReceiveOutcome.Message:
                    var message = result.Message!;
                    _transcript.Add(new ChatTranscriptEntry(message));
                    if (message.IsPast)
                        break;
                    if (!_session.HasManySpeakers || Concerns(message, step))
                        return message;
                    if (_cast.Others.Contains(message.From))
                        Keep(message);
                    break;
                case ReceiveOutcome.Ended when result.Fault is not null:
                    throw Failed(result.Fault.Message, result.Fault.Reason, result.Fault);
                case ReceiveOutcome.Ended:
                    return null;
                case ReceiveOutcome.TimedOut:
                    throw Silence(step, "Nothing came");
                default:
                    throw Failed("It is our own turn to speak, and nothing is unread.", ChatErrorReason.YourTurn);
            }
        }
    }

    private void Keep(ChatMessage message)
    {
        if (_pending.Count == Inbox.Capacity)
            throw Failed($"{Inbox.Capacity} messages have come that no line above asks for.", ChatErrorReason.InboxFull);
        _pending.Add(message);
    }

    private static bool Concerns(ChatMessage message, ChatScriptStep step) => step.Alternatives.Any(a => IsSaidBy(message, a));

    private static bool MayEnd(ChatScriptStep step) => step.Alternatives.Any(a => a.IsQuit);

    private static bool IsSaidBy(ChatMessage message, ScriptAlternative alternative) =>
        alternative.Speaker is null || string.Equals(message.From, alternative.Speaker, StringComparison.OrdinalIgnoreCase);

    private ScriptAlternative ExpectedEnd(ChatScriptStep step)
    {
        if (_session.CloseReason is CloseReason.LocalQuit or CloseReason.Stopped)
            throw Failed("The session was closed meanwhile.", ChatErrorReason.SessionClosed);
        if (step.Alternatives.FirstOrDefault(a => a.IsQuit) is not { } quit)
            throw Failed($"The other end has left where {Expected(step)} is expected.", ChatErrorReason.PeerQuit);
        _transcript.Add(ChatTranscriptEntry.Quit(quit.Speaker ?? "peer", isMine: false));
        return quit;
    }

    private void TakeOver(IReadOnlyDictionary<string, string>? captures)
    {
        foreach (var capture in captures ?? ScriptPattern.NoCaptures)
        {
            _captures[capture.Key] = capture.Value;
            _values.Set(capture.Key, capture.Value);
        }
    }

    private TimeSpan? Patience(ChatScriptStep step)
    {
        var patience = step.Timeout ?? _options.Timeout;
        return _deadline.Left is { } left && (patience is null || left < patience) ? left : patience;
    }

    private ChatException Silence(ChatScriptStep step, string what)
    {
        var patience = step.Timeout ?? _options.Timeout;
        return patience is null || _deadline.Left < patience && _deadline.Left < Moment ? TooLate()
            : Failed($"{what} within {patience.Value.TotalSeconds:0.###} seconds.", ChatErrorReason.ReceiveTimedOut);
    }

    private ChatException TooLate() => new(
        ChatErrorReason.ReceiveTimedOut, $"The script is not done after {_options.Deadline!.Value.TotalSeconds:0.###} seconds, its deadline.");

    private static ChatException Failed(string why, ChatErrorReason reason = ChatErrorReason.ExpectationFailed, Exception? cause = null) =>
        new(reason, why, cause);

    // Every failure tells its line first, as a refusal does.
    private static ChatException At(ChatScriptStep step, ChatException fault) =>
        fault.Reason == ChatErrorReason.ScriptInvalid ? fault : new ChatException(fault.Reason, $"Line {step.Line}: {fault.Message}", fault);

    private static string Expected(ChatScriptStep step) => $"'{DisplayText.Safe(step.Source)}'";

    private ChatScriptResult Result(ChatException? fault)
    {
        var last = Math.Min(_index, _script.Steps.Count - 1);
        var step = last < 0 ? null : _script.Steps[last];
        var expected = fault is null || step is null || _cast.IsOwn(last) ? null : step.Source;
        return new ChatScriptResult(step, fault, expected, _actual, _captures, _transcript, _watch.Elapsed);
    }
}
