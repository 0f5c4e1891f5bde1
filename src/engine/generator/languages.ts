/** quicktype's languages with our names: `MispJson` in place of `MISPJSON`, and members as they are sent. */
import {
  JSONSchemaRenderer,
  JSONSchemaTargetLanguage,
  JSONPythonRenderer,
  PythonRenderer,
  PythonTargetLanguage,
  TypeScriptRenderer,
  TypeScriptTargetLanguage,
  funPrefixNamer,
  getOptionValues,
  pythonOptions,
  tsFlowOptions,
  type ClassType,
  type Name,
  type Namer,
  type RenderContext,
  type TargetLanguage,
} from "quicktype-core";
import type { TypeLanguageName } from "../../core/outlines/typeLanguages";

type PythonOptions = ConstructorParameters<typeof PythonRenderer>[2];

/** Of a type: letters and digits, an acronym as any word. */
const typeNamer = funPrefixNamer("types", (text) => {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(name) ? name : `Type${name}`;
});

class SchemaRenderer extends JSONSchemaRenderer {
  protected override makeNamedTypeNamer(): Namer {
    return typeNamer;
  }
}
class Schema extends JSONSchemaTargetLanguage {
  protected override makeRenderer(context: RenderContext): SchemaRenderer {
    return new SchemaRenderer(this, context);
  }
}

class InterfaceRenderer extends TypeScriptRenderer {
  protected override makeNamedTypeNamer(): Namer {
    return typeNamer;
  }
}
class Interfaces extends TypeScriptTargetLanguage {
  protected override makeRenderer(context: RenderContext, options: object): InterfaceRenderer {
    return new InterfaceRenderer(this, context, getOptionValues(tsFlowOptions, options));
  }
}

class DataclassRenderer extends JSONPythonRenderer {
  protected override makeNamedTypeNamer(): Namer {
    return typeNamer;
  }
}
class Dataclasses extends PythonTargetLanguage {
  protected override makeRenderer(context: RenderContext, options: object): DataclassRenderer {
    return new DataclassRenderer(this, context, getOptionValues(pythonOptions, options));
  }
}

/** Names that Pydantic keeps for itself, those a field's type needs, and Python's keywords. */
const taken =
  /^(?:model_(?:config|(?:computed_)?fields|extra|fields_set|construct|copy|dump|dump_json|json_schema|parametrized_name|post_init|rebuild|validate\w*)|copy|json|dict|schema|schema_json|construct|validate|parse_(?:obj|raw|file)|from_orm|str|int|bool|float|list|Any|Optional|Union|Dict|List|Field|BaseModel|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|True|False|None)$/;
const isField = (name: string): boolean => /^[A-Za-z]\w*$/.test(name) && !taken.test(name);
const fieldNamer = funPrefixNamer("properties", (name) =>
  isField(name) ? name : `field_${name.replace(/\W+/g, "_").replace(/^_+|_+$/g, "")}`,
);

/** Models whose fields are called as the members are sent; where Python does not allow that they have them as alias. */
class ModelRenderer extends PythonRenderer {
  constructor(
    language: TargetLanguage,
    context: RenderContext,
    options: PythonOptions,
    private readonly members: readonly string[],
  ) {
    super(language, context, options);
  }
  /** A field with a default that is called as its type hides it. */
  protected override forbiddenNamesForGlobalNamespace(): readonly string[] {
    return [...super.forbiddenNamesForGlobalNamespace(), ...this.members];
  }
  protected override makeNamedTypeNamer(): Namer {
    return typeNamer;
  }
  protected override namerForObjectProperty(): Namer {
    return fieldNamer;
  }
  protected override forbiddenForObjectProperties(): { names: string[]; includeGlobalForbidden: boolean } {
    return { names: [], includeGlobalForbidden: false };
  }
  protected override emitClass(type: ClassType): void {
    // All of them or none: a name that was made up can be that of another member, which then gets another.
    const hasAliases = [...type.getProperties().keys()].some((member) => !isField(member));
    this.declareType(type, () => {
      if (type.getProperties().size === 0) this.emitLine("pass");
      this.forEachClassProperty(type, "none", (name: Name, member: string, property) => {
        const isOptional = property.type.isNullable || property.type.kind === "any";
        const given = isOptional ? "default=None, " : "";
        const value = hasAliases
          ? [" = ", this.withImport("pydantic", "Field"), "(", given, "alias=", this.string(member), ")"]
          : isOptional
            ? " = None"
            : "";
        this.emitLine(name, ": ", this.pythonType(property.type), value);
      });
    });
  }
}
class Models extends PythonTargetLanguage {
  constructor(private readonly members: readonly string[]) {
    super();
  }
  protected override makeRenderer(context: RenderContext, options: object): ModelRenderer {
    return new ModelRenderer(this, context, getOptionValues(pythonOptions, options), this.members);
  }
}

interface Written {
  readonly language: TargetLanguage;
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** Made for one text; `members`: the names of all. */
export const languages: Readonly<Record<TypeLanguageName, (members: readonly string[]) => Written>> = {
  schema: () => ({ language: new Schema(), options: {} }),
  typescript: () => ({
    language: new Interfaces(),
    options: { "just-types": true, "prefer-unknown": true },
  }),
  pydantic: (members) => ({
    language: new Models(members),
    options: { "just-types": true, "python-version": "3.9", "pydantic-base-model": true },
  }),
  dataclass: () => ({ language: new Dataclasses(), options: { "python-version": "3.9" } }),
};
