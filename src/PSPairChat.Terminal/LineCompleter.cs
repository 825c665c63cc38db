using System;
using System.Collections.Generic;
using System.Linq;
using PSPairChat.Rooms;

namespace PSPairChat.Terminal;

/// <summary>Completes the word before the cursor: a command, or the handle of a member or of the peer. Each further call shows the next candidate.</summary>
/// <param name="session">The session.</param>
/// <param name="commands">The commands that apply.</param>
internal sealed class LineCompleter(ChatSession session, SlashCommands commands)
{
    private string[] _candidates = [];
    private int _index;
    private int _start;
    private (string Text, int Cursor)? _last;       // the line after the last completion

    /// <summary>Completes the word before the cursor.</summary>
    /// <returns>Whether the word has a completion; otherwise, the line is not changed.</returns>
    public bool TryComplete(LineEditor editor)
    {
        if (_last != (editor.Text, editor.Cursor))
            Find(editor.Text, editor.Cursor);
        else
            _index = (_index + 1) % _candidates.Length;
        if (_candidates.Length == 0)
            return false;
        editor.ReplaceBeforeCursor(_start, _candidates[_index]);
        _last = (editor.Text, editor.Cursor);
        return true;
    }

    private void Find(string text, int cursor)
    {
        _index = 0;
        _start = cursor == 0 ? 0 : text.LastIndexOf(' ', cursor - 1) + 1;
        var word = text.Substring(_start, cursor - _start);
        var matches = _start == 0 ? commands.Complete(word) : [];
        if (word.Length > 0)
            matches = matches.Concat(GetHandles().Where(handle => handle.StartsWith(word, StringComparison.CurrentCultureIgnoreCase)));
        _candidates = [.. matches.Select(match => match + " ")];
    }

    private IEnumerable<string> GetHandles()
    {
        if (session is not IRoomSession room)
            return session.Peer?.Handle is { } peer ? [DisplayText.Sanitize(peer)] : [];
        session.Refresh();
        return room.Members.Select(member => member.Handle);
    }
}
