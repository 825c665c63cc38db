using System;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Evaluates the argument of a Session parameter.</summary>
internal static class SessionArgument
{
    /// <summary>Gets the value of the argument.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="getDefault">Gets the value if none is specified.</param>
    /// <exception cref="ChatException">SessionNotFound.</exception>
    public static T Get<T>(NamedArgument<T> argument, Func<T> getDefault)
        where T : class =>
        argument.Unresolved is { } unresolved ? throw CreateNotFoundException(unresolved, argument.UnresolvedName)
        : argument.Value ?? getDefault();

    /// <summary>Gets the target object of an error.</summary>
    public static object? GetErrorTarget<T>(NamedArgument<T> argument)
        where T : class =>
        ReferenceEquals(argument.Unresolved, NameTransformationAttribute.Null) ? null : argument.Unresolved ?? argument.Value;

    private static ChatException CreateNotFoundException(object unresolved, string? name)
    {
        const string Omit = "Specify the session, its Id or its Name, or omit -Session to use the session that was opened last.";
        if (ReferenceEquals(unresolved, NameTransformationAttribute.Null))
            return new(ChatErrorReason.SessionNotFound, "The value of -Session is null.") { RecommendedAction = Omit };
        if (unresolved is PSObject copy && copy.TypeNames.Any(type => type.StartsWith("Deserialized.PSPairChat.", StringComparison.Ordinal)))
        {
            return new(ChatErrorReason.SessionNotFound,
                "The value of -Session is a copy of a session of another process. A session can be used only in its own process.")
            {
                RecommendedAction = "Use Start-ThreadJob in place of Start-Job, or open the session in the job.",
            };
        }
        return name is { Length: > 0 }
            ? new(ChatErrorReason.SessionNotFound, $"No open session has the Id or Name '{name}'.")
            : new(ChatErrorReason.SessionNotFound, "The value of -Session is empty.") { RecommendedAction = Omit };
    }
}
