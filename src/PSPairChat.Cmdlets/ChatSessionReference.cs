using System.Globalization;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>What <c>-Session</c> takes: a session, its Id or its Name.</summary>
public sealed class ChatSessionReference
{
    private readonly object _value;

    /// <summary>Refers to a session.</summary>
    /// <param name="value">The session, its Id or its Name.</param>
    public ChatSessionReference(object value) => _value = value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>The session itself, where it was given.</summary>
    internal ChatSession? Session => _value as ChatSession;

    /// <summary>What an error about it is about.</summary>
    internal object Target => _value;

    /// <summary>Whether this is that session's Id or Name.</summary>
    internal bool Names(ChatSession session) => string.Equals(ToString(), session.Id.ToString(CultureInfo.InvariantCulture), System.StringComparison.Ordinal)
        || string.Equals(ToString(), session.Name, System.StringComparison.OrdinalIgnoreCase);

    /// <summary>The Id or the Name.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}", _value);
}
