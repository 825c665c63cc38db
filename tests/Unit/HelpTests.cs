using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PSPairChat.Cmdlets;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The code, the help pages, the compiled help, and the README describe the same cmdlets and parameters.</summary>
public sealed class HelpTests
{
    private const string HelpFile = "PSPairChat.Cmdlets.dll-Help.xml";

    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";

    private static readonly Dictionary<string, XElement> Compiled = XDocument.Load(Path.Combine(Repository.Root, "en-US", HelpFile))
        .Descendants(Command + "command").ToDictionary(c => c.Element(Command + "details")!.Element(Command + "name")!.Value);

    public static TheoryData<string> Cmdlets => [.. Types.Keys];

    private static Dictionary<string, (Type Type, CustomAttributeData Attribute)> Types { get; } =
        (from type in typeof(StartChatServerCommand).Assembly.GetExportedTypes()
         from attribute in type.GetCustomAttributesData()
         where attribute.AttributeType.Name == "CmdletAttribute"
         select (Name: $"{attribute.ConstructorArguments[0].Value}-{attribute.ConstructorArguments[1].Value}", type, attribute))
        .ToDictionary(c => c.Name, c => (c.type, c.attribute));

    [Fact]
    public void Every_cmdlet_has_help_and_every_help_page_has_a_cmdlet()
    {
        var names = Types.Keys.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(names, Compiled.Keys.Order(StringComparer.Ordinal));
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*-Chat*.md").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(names, pages.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_compiled_help_describes_the_parameters_of_the_cmdlet(string cmdlet)
    {
        var described = Compiled[cmdlet].Element(Command + "parameters")!.Elements(Command + "parameter")
            .Select(p => $"{p.Element(Maml + "name")!.Value} {p.Element(Command + "parameterValue")?.Value ?? "SwitchParameter"} {p.Attribute("position")!.Value} "
                + $"{p.Attribute("required")!.Value} {p.Attribute("pipelineInput")!.Value} {p.Attribute("globbing")!.Value}");
        Assert.Equal(Parameters(cmdlet).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_compiled_help_contains_the_text_of_the_page(string cmdlet)
    {
        var page = File.ReadAllText(Page(cmdlet));
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        // platyPS generates the syntax and the tables of the parameters from the cmdlet. The rest is compared.
        var text = Regex.Replace(page, @"\A---.*?^---|^## SYNTAX.*?(?=^## )|^```yaml.*?^```|^### CommonParameters.*?(?=^## )|^#+ .*?$|^\[.*?$|^```\w*",
            "", RegexOptions.Singleline | RegexOptions.Multiline);
        var compiled = Letters(Compiled[cmdlet].Value);
        Assert.All(text.Split("\n\n").Select(Letters), paragraph => Assert.Contains(paragraph, compiled, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_compiled_help_contains_no_Markdown(string cmdlet) => Assert.All(Compiled[cmdlet].Descendants(Maml + "para"), paragraph =>
        Assert.DoesNotMatch(@"`|\*\*", paragraph.Value));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_page_follows_the_sentence_patterns_of_a_reference(string cmdlet)
    {
        var page = File.ReadAllText(Page(cmdlet));
        Assert.Matches(@"\n## SYNOPSIS\n[A-Z][a-z]+s [^\n]+\.\n\n##", page);
        Assert.StartsWith($"The `{cmdlet}` cmdlet ", Section(page, "## DESCRIPTION"), StringComparison.Ordinal);
        Assert.Matches(@"^(###[^\n]+\n(You can pipe|You can't pipe) [^\n]+ to this cmdlet\.\n*)+$", Section(page, "## INPUTS"));
        Assert.Matches(@"(?i)^(###[^\n]+\n[^\n]*this cmdlet returns [^\n]+\.\n*)+$", Section(page, "## OUTPUTS"));
        Assert.All(Names(cmdlet, includeAliases: false).Except(["WhatIf", "Confirm"]), parameter =>
            Assert.Matches("^(Specifies|Indicates that this cmdlet) ", Section(page, $"### -{parameter}")));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_help_URI_of_the_cmdlet_is_the_page(string cmdlet)
    {
        var uri = Types[cmdlet].Attribute.NamedArguments.SingleOrDefault(a => a.MemberName == "HelpUri").TypedValue.Value as string;
        Assert.EndsWith($"/docs/{cmdlet}.md", uri, StringComparison.Ordinal);
        Assert.Contains($"online version: {uri}\n", File.ReadAllText(Page(cmdlet)), StringComparison.Ordinal);
        var manifest = File.ReadAllText(Path.Combine(Repository.Root, "PSPairChat.psd1"));
        Assert.StartsWith(Regex.Match(manifest, @"ProjectUri\s*=\s*'([^']+)'").Groups[1].Value + "/", uri, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void README_lists_the_cmdlet(string cmdlet) =>
        Assert.Matches($@"\b{cmdlet}\b", File.ReadAllText(Path.Combine(Repository.Root, "README.md")));

    [Fact]
    public void README_uses_only_parameters_that_exist()
    {
        // The parameters follow the cmdlet in the same table row, code span, or command.
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var named = from Match command in Regex.Matches(readme, @"\b(\w+-Chat\w+)(.*?)(?=\w+-Chat|[|;`\n])")
                    where Types.ContainsKey(command.Groups[1].Value)
                    from Match parameter in Regex.Matches(command.Groups[2].Value, @"(?<=[\s\[])-([A-Z]\w+)")
                    select (Cmdlet: command.Groups[1].Value, Parameter: parameter.Groups[1].Value);
        string[] common = ["ErrorAction", "ErrorVariable", "Verbose", "Debug", "InformationAction", "InformationVariable", "WarningAction", "OutVariable"];
        Assert.All(named, n => Assert.Contains(n.Parameter, Names(n.Cmdlet).Concat(common)));
    }

    private static string Page(string cmdlet) => Path.Combine(Repository.Root, "docs", cmdlet + ".md");

    private static string Section(string page, string heading) =>
        Regex.Match(page, $@"(?<=\n{Regex.Escape(heading)}\n).*?(?=\n##? [A-Z]|\n### -|\z)", RegexOptions.Singleline).Value.Trim();

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));

    private static IEnumerable<PropertyInfo> Properties(string cmdlet) => Types[cmdlet].Type.GetProperties().Where(p => Attributes(p).Any());

    private static IEnumerable<CustomAttributeData> Attributes(PropertyInfo property) =>
        property.GetCustomAttributesData().Where(a => a.AttributeType.Name == "ParameterAttribute");

    private static IEnumerable<string> Names(string cmdlet, bool includeAliases = true)
    {
        var aliases = Properties(cmdlet).SelectMany(p => p.GetCustomAttributesData()).Where(a => a.AttributeType.Name == "AliasAttribute")
            .SelectMany(a => ((IEnumerable<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(v => (string)v.Value!));
        string[] confirmation = SupportsShouldProcess(cmdlet) ? ["WhatIf", "Confirm"] : [];
        return [.. Properties(cmdlet).Select(p => p.Name), .. includeAliases ? aliases : [], .. confirmation];
    }

    private static bool SupportsShouldProcess(string cmdlet) =>
        Types[cmdlet].Attribute.NamedArguments.Any(a => a.MemberName == "SupportsShouldProcess" && a.TypedValue.Value is true);

    // In the form of MAML: name, type, position, required, pipeline input, wildcards.
    private static IEnumerable<string> Parameters(string cmdlet)
    {
        foreach (var property in Properties(cmdlet))
        {
            var attribute = Attributes(property).First();
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            string[] inputs = [.. new[] { ("ValueFromPipelineByPropertyName", "ByPropertyName"), ("ValueFromPipeline", "ByValue") }
                .Where(i => Value(attribute, i.Item1) is true).Select(i => i.Item2)];
            var globbing = property.GetCustomAttributesData().Any(a => a.AttributeType.Name == "SupportsWildcardsAttribute");
            yield return $"{property.Name} {type.Name} {(Value(attribute, "Position") is int position && position >= 0 ? position : "named")} "
                + $"{Lower(Value(attribute, "Mandatory") is true)} {(inputs.Length > 0 ? $"True ({string.Join(", ", inputs)})" : "False")} {Lower(globbing)}";
        }
        if (!SupportsShouldProcess(cmdlet))
            yield break;
        yield return "Confirm SwitchParameter named false False false";
        yield return "WhatIf SwitchParameter named false False false";
    }

    private static string Lower(bool value) => value ? "true" : "false";

    private static object? Value(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;
}
