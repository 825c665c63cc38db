using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PSPairChat.ConsoleApp;

/// <summary>Creates arguments and options whose value is a number within limits.</summary>
internal static class NumberParser
{
    private const int DefaultPort = 54321;
    private const int MaxPort = 65535;

    /// <summary>Creates the argument for a port.</summary>
    public static Argument<int> CreatePortArgument(string description, int min) => new("PORT")
    {
        Description = description,
        DefaultValueFactory = _ => DefaultPort,
        CustomParser = result => Parse(result, "port", min, MaxPort),
    };

    /// <summary>Creates an option.</summary>
    public static Option<int> CreateOption(string name, string description, int defaultValue, int min, int max, string helpName = "N") => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(result, name, min, max),
    };

    private static int Parse(ArgumentResult result, string name, int min, int max)
    {
        var value = result.Tokens[0].Value;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        result.AddError(string.Format(CultureInfo.InvariantCulture, "Invalid {0} '{1}'. Specify a number from {2} through {3}.", name, value, min, max));
        return 0;
    }
}
