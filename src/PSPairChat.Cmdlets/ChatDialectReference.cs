using System.Globalization;
using System.Management.Automation;
using PSPairChat.Rooms;

namespace PSPairChat.Cmdlets;

/// <summary>What <c>-Dialect</c> takes: a dialect or the name of a built-in one.</summary>
public sealed class ChatDialectReference
{
    private readonly object _value;

    /// <summary>Refers to a dialect.</summary>
    /// <param name="value">The dialect or its name.</param>
    public ChatDialectReference(object value) => _value = value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>Finds the dialect.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    internal ChatDialect Find() => _value as ChatDialect ?? ChatDialect.Get(ToString());

    /// <summary>Finds the dialect of a room; Auto is the room's own.</summary>
    /// <exception cref="ChatException">DialectNotFound.</exception>
    internal RoomDialect FindForRoom() => RoomDialects.Find(ToString());

    /// <summary>The name.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}", _value);
}
