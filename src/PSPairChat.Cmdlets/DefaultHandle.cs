using System;
using System.Linq;

namespace PSPairChat.Cmdlets;

/// <summary>Creates a handle from the name of the user.</summary>
internal static class DefaultHandle
{
    private const string Fallback = "guest";

    /// <summary>Gets the name of the current user without the characters that a handle cannot contain.</summary>
    /// <param name="maxLength">The maximum number of characters.</param>
    /// <param name="lettersOnly">Whether the handle is a nickname in a room.</param>
    public static string Get(int maxLength, bool lettersOnly) => Create(Environment.UserName, maxLength, lettersOnly);

    /// <summary>Creates a handle from a user name.</summary>
    internal static string Create(string userName, int maxLength, bool lettersOnly)
    {
        var allowed = userName.Where(c => char.IsLetter(c) || !lettersOnly && (char.IsDigit(c) || c is '-' or '_' or '.')).Take(maxLength).ToArray();
        return allowed.Length > 0 ? new string(allowed) : Fallback.Substring(0, Math.Min(maxLength, Fallback.Length));
    }
}
