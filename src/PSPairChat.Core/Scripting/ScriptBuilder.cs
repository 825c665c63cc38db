using System;
using System.Collections.Generic;
using System.Linq;

namespace PSPairChat.Scripting;

/// <summary>Puts a script together from lines, and from steps that a program made, and sees to it that it holds together.</summary>
internal sealed class ScriptBuilder
{
    private readonly List<ChatScriptStep> _steps = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.OrdinalIgnoreCase);
    private int _line;

    /// <summary>The number of the next line, from 1.</summary>
    public int NextLine => _line + 1;

    /// <summary>Adds lines of a file.</summary>
    public void AddLines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var reader = new ScriptLineReader(line.TrimEnd('\r'), NextLine);
            _line++;
            if (reader.IsEmpty)
                continue;
            if (reader.Label is { } label)
                AddLabelHere(label);
            else
                Add(new ChatScriptStep(_line, reader.Line, isOwn: null, reader.ReadAlternatives()));
        }
    }

    /// <summary>Adds a place to go on at.</summary>
    public void AddLabel(string label)
    {
        _line++;
        AddLabelHere(label);
    }

    /// <summary>Adds something to say or to expect; it takes the place of one line.</summary>
    /// <param name="isOwn">Whether it is said.</param>
    /// <param name="speaker">From whom it is expected; null for the other end.</param>
    /// <param name="texts">What is said, or what may be answered, written as in a file.</param>
    /// <param name="goTo">The label at which the script goes on.</param>
    /// <param name="timeout">How long to wait for it; null for as long as for every other.</param>
    /// <param name="then">Decides at which label to go on.</param>
    public void Add(bool isOwn, string? speaker, IReadOnlyList<string> texts, string? goTo = null, TimeSpan? timeout = null,
        Func<ChatMessage?, IReadOnlyDictionary<string, string>, string?>? then = null)
    {
        _line++;
        var alternatives = texts.Select(t => new ScriptBranch(speaker, new ScriptLineReader(t, _line).ReadText(), 1) { Source = t, GoTo = goTo }).ToArray();
        Add(new ChatScriptStep(_line, string.Join(" | ", texts), isOwn, alternatives) { Timeout = timeout, Then = then });
    }

    /// <summary>Gives the script.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public ChatScript Build()
    {
        var script = new ChatScript(_steps, _labels);
        for (var i = 0; i < _steps.Count; i++)
        {
            var step = _steps[i];
            if (i > 0 && _steps[i - 1].IsQuit && !_labels.ContainsValue(i))
                throw ScriptError.Create(step.Line, 1, "Nothing follows \\quit but a label.");
            foreach (var alternative in step.Branches)
            {
                if (alternative.GoTo is { } label && script.FindLabel(label, i) is null)
                {
                    throw ScriptError.Create(step.Line, alternative.Column,
                        $"No line below is the label :{label}, and a script only goes forward. Where the text itself has ' -> ', write ' `-> '.");
                }
            }
        }
        return script;
    }

    private void Add(ChatScriptStep step) => _steps.Add(step);

    private void AddLabelHere(string label)
    {
        if (_labels.ContainsKey(label))
            throw ScriptError.Create(_line, 1, $"The label :{label} stands above already.");
        _labels.Add(label, _steps.Count);
    }
}
